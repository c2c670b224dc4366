import process from "node:process";
import type { Command } from "commander";
import { readConfig } from "../config/mod.ts";
import { CommandError, exitCode } from "./exit-code.ts";
import { inPlace } from "./in-place.ts";
import { standardOutput } from "./output.ts";

/** `gateway graph migrate`: the one thing of the graph that no RPC does. */
export function addGraphMigrateCommand(graph: Command): void {
  graph
    .command("migrate")
    .description("bring the Neo4j database's constraints and indexes up to date")
    .option("--dry-run", "only list what is pending")
    .action(async (flags: { readonly dryRun?: boolean }, command: Command) => {
      // Handed on by hand: work in place is given arguments, not flags.
      await inPlace((json, signal) => graphMigrate(json, signal, flags))(flags, command);
    });
}

async function graphMigrate(asJson: boolean, signal: AbortSignal, { dryRun = false }: { readonly dryRun?: boolean }) {
  const { neo4j } = readConfig().graphStore;
  if (neo4j === undefined)
    throw new CommandError(exitCode.usage, "the embedded graph migrates itself; this is for KM_GRAPH_STORE=neo4j");
  const meter = { add() {}, set() {}, observe() {} };
  const config = { ...neo4j, password: neo4j.password.reveal(), meter };
  const { migrateNeo4j } = await import("../adapters/neo4j/mod.ts");
  const done = await migrateNeo4j(config, dryRun, signal);
  const output = standardOutput(asJson);
  for (const { number, name } of done)
    output.out(asJson ? JSON.stringify({ number, name, applied: !dryRun }) : `${number}  ${name}`);
  if (done.length === 0) output.err("nothing is pending");
  else output.err(dryRun ? "pending; nothing was changed" : "applied");
  process.exitCode = exitCode.ok;
}
