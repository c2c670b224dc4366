import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { backUp, type Manifest, openLedger } from "../adapters/libsql/mod.ts";
import { systemClock } from "../adapters/system/mod.ts";
import { type GatewayConfig, readConfig } from "../config/mod.ts";
import { projectFile } from "../runtime/mod.ts";
import { inLedger } from "./in-ledger.ts";
import { inPlace } from "./in-place.ts";
import { type Output, standardOutput } from "./output.ts";

export function addBackupCommand(program: Command): void {
  program
    .command("backup")
    .description("copy the state directory, beside a running gateway or not: index, graph, job state, tokens, ledger")
    .argument("<folder>", "a new folder, outside the state directory")
    .action(
      inPlace<[string]>(async (json, signal, folder) => {
        report(await recorded(readConfig(), resolve(folder), signal), folder, standardOutput(json));
      }),
    );
}

/** In the ledger before it begins. */
async function recorded(config: GatewayConfig, folder: string, signal: AbortSignal): Promise<Manifest> {
  const statePath = config.state.path;
  const audit = { ...config.audit, authToken: config.audit.authToken?.reveal() };
  const { version } = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as { version: string };
  const ledger = await openLedger({ statePath, ...audit }, systemClock, signal);
  const work = () => {
    const options = { statePath, folder, version, now: new Date(systemClock.now()) };
    return backUp({ ...options, notIncluded: elsewhere(config) }, signal);
  };
  const counts = (made: Manifest) => ({ files: String(made.files.length), bytes: String(sizeOf(made)) });
  try {
    return await inLedger(ledger, { kind: "backup", details: { folder } }, signal, work, counts);
  } finally {
    await ledger.close();
  }
}

/** What a copy of the state directory can't hold. */
function elsewhere({ state, audit, chunkIndex, graphStore }: GatewayConfig): string[] {
  const parts: string[] = [];
  if (state.url !== undefined) parts.push("job state and tokens (KM_STATE_URL): back up that libSQL server");
  if (audit.url !== undefined) parts.push("the ledger's entries (KM_AUDIT_URL): back up that libSQL server");
  if (audit.keyFile !== undefined) parts.push("the ledger's key (KM_AUDIT_KEY_FILE): keep a copy of it apart");
  if (chunkIndex.qdrant !== undefined) parts.push("the index (Qdrant): a snapshot of its own, or a rebuild");
  if (graphStore.neo4j !== undefined) parts.push("the graph (Neo4j): a dump of its own, or a rebuild");
  return parts;
}

function report(manifest: Manifest, folder: string, output: Output): void {
  const { files, ledger, served, notIncluded } = manifest;
  if (output.json) return void output.out(JSON.stringify({ folder, bytes: sizeOf(manifest), ...manifest }));
  const sources = Object.entries(served).map(([source, generation]) => `${source} at generation ${generation}`);
  output.out(`${files.length} files, ${(sizeOf(manifest) / 1_048_576).toFixed(1)} MiB in ${folder}`);
  output.out(`  serving ${sources.join(", ") || "nothing yet"}`);
  if (ledger.sequence > 0) output.out(`  the ledger's last entry in it is ${ledger.sequence}, ${ledger.hash}`);
  for (const part of notIncluded) output.err(`  not in it: ${part}`);
  output.err("keep it as private as the state directory: it holds the ledger's key and the digests of tokens");
}

function sizeOf({ files }: Manifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
