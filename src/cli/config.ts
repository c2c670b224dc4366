import type { Command } from "commander";
import { effectiveConfig, readConfig } from "../config/mod.ts";
import { standardOutput } from "./output.ts";

export function addConfigCommand(program: Command): void {
  program
    .command("config")
    .description("the configuration in force, secrets hidden; exits 1 and says what to set when it is wrong")
    .action((_flags: unknown, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const effective = effectiveConfig(readConfig());
      standardOutput(json).out(JSON.stringify(effective, undefined, json ? undefined : 2));
    });
}
