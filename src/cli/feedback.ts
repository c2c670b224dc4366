import process from "node:process";
import type { Command } from "commander";
import { readFeedback } from "../adapters/files/mod.ts";
import { readConfig } from "../config/mod.ts";
import { CommandError, exitCode } from "./exit-code.ts";
import { standardOutput } from "./output.ts";

export function addFeedbackCommands(parent: Command): void {
  const feedback = parent.command("feedback").description("what callers said of searches and hits");
  feedback
    .command("export")
    .description("everything that is kept, one JSON value a line, oldest first; beside a gateway or not")
    .action(async (_flags: unknown, command: Command) => {
      if (command.optsWithGlobals<{ address?: string }>().address !== undefined)
        throw new CommandError(
          exitCode.usage,
          "feedback is kept in the state directory; set KM_STATE_PATH, not --address",
        );
      process.exitCode = await exportFeedback(readConfig().state.path);
    });
}

async function exportFeedback(statePath: string) {
  const output = standardOutput(true);
  let count = 0;
  for await (const each of readFeedback(statePath, AbortSignal.timeout(600_000))) {
    output.out(JSON.stringify({ ...each, at: new Date(each.at).toISOString() }));
    count += 1;
  }
  output.err(`${count} of feedback`);
  return exitCode.ok;
}
