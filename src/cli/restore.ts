import { resolve } from "node:path";
import type { Command } from "commander";
import { type Restored, restore } from "../adapters/libsql/mod.ts";
import { systemClock } from "../adapters/system/mod.ts";
import { readConfig } from "../config/mod.ts";
import { inPlace } from "./in-place.ts";
import { type Output, standardOutput } from "./output.ts";

export function addRestoreCommand(program: Command): void {
  program
    .command("restore")
    .description("put a backup in the place of the state directory; what is there is moved aside, not deleted")
    .argument("<folder>", "what `gateway backup` made")
    .action(
      inPlace<[string]>(async (json, signal, folder) => {
        const { state, audit } = readConfig();
        const ledger = { ...audit, authToken: audit.authToken?.reveal() };
        const options = { folder: resolve(folder), statePath: state.path, ledger };
        report(await restore(options, systemClock, signal), state.path, standardOutput(json));
      }),
    );
}

function report({ manifest, aside, ledgerKept, tokensBack }: Restored, statePath: string, output: Output): void {
  const { createdAt, version, served, notIncluded } = manifest;
  if (output.json) {
    return void output.out(
      JSON.stringify({ statePath, createdAt, version, served, aside, ledgerKept, tokensBack, notIncluded }),
    );
  }
  output.out(`${statePath} is as it was at ${createdAt}; start the gateway, and its next ingest catches up`);
  if (aside !== "") output.out(`  what was there is in ${aside}; remove it once all is well`);
  if (ledgerKept)
    output.out("  the audit ledger that was there is kept: it is sound, and goes on where the backup's ends");
  if (tokensBack.length > 0) {
    output.err(
      `  these tokens were revoked or rotated since, and are open again as they were: ${tokensBack.join(", ")}`,
    );
    output.err("  revoke them again with `gateway token revoke`");
  }
  for (const part of notIncluded) output.err(`  not in the backup: ${part}`);
}
