/**
 * `npm run bench [-- SUITE …] [--tree NAME] [--json]` (`--help` names the suites): measures the real program on
 * real trees. The machine matters more than the digits: compare runs made in one go, and quote ratios.
 */
import { mkdirSync } from "node:fs";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";
import { benchBackup } from "./backup.ts";
import { parseBench, usage } from "./bench-arguments.ts";
import { benchCancel, longestCancelMs } from "./cancel.ts";
import { benchChain } from "./chain.ts";
import { benchExtraction } from "./extraction.ts";
import { benchGraph } from "./graph.ts";
import { benchGuards } from "./guards.ts";
import { benchIngest, benchIngestLarge } from "./ingest.ts";
import { benchIngestRuns } from "./ingest-runs.ts";
import { benchLedger } from "./ledger.ts";
import { benchOneSave } from "./one-save.ts";
import { benchSearch } from "./search.ts";
import { benchTelemetry } from "./telemetry.ts";
import { benchTicks } from "./ticks.ts";
import type { TreeName } from "./trees.ts";

const asked = parseBench(process.argv.slice(2));
if ("help" in asked) {
  console.log(usage());
  process.exit(0);
}
if ("problem" in asked) {
  console.error(`${asked.problem}\n\n${usage()}`);
  process.exit(2);
}
const { suites, tree, json } = asked;

const cache = projectFile(".cache/bench");
mkdirSync(cache, { recursive: true });

function show(title: string, rows: readonly Record<string, number | string>[]): void {
  if (json) for (const row of rows) console.log(JSON.stringify({ suite: title, ...row }));
  else {
    console.log(`\n${title}`);
    console.table(rows);
  }
}

if (suites.has("ingest")) {
  const names: readonly TreeName[] = tree ? [tree] : ["small", "medium", "many", "large"];
  for (const name of names) show("ingest", [await benchIngest(cache, name)]);
}
if (suites.has("ticks")) show("ticks", await benchTicks(cache));
// With the ticks, unless it is asked for alone.
if (suites.has("ticks") || suites.has("one-save")) show("one save", await benchOneSave(cache));
if (suites.has("ingest-runs")) show("ingest-runs", [await benchIngestRuns(cache, tree ?? "medium")]);
if (suites.has("cancel")) {
  const rows = await benchCancel(cache, tree ?? "medium");
  show("cancel", rows);
  const slow = rows.filter((row) => Number(row["longest ms"]) > longestCancelMs);
  if (slow.length > 0) {
    console.error(`a cancel took longer than ${longestCancelMs} ms: ${slow.map((row) => row["cancelled"]).join(", ")}`);
    process.exitCode = 1;
  }
}
if (suites.has("ingest-large")) show("ingest-large", [await benchIngestLarge(cache)]);
if (suites.has("search")) {
  const names: readonly TreeName[] = tree ? [tree] : ["tenth", "large"];
  for (const name of names) show("search", [await benchSearch(cache, name)]);
}
if (suites.has("extraction")) show("extraction", await benchExtraction(cache, tree ?? "medium"));
if (suites.has("backup")) show("backup", [await benchBackup(cache, tree ?? "large")]);
if (suites.has("graph")) show("graph", await benchGraph());
if (suites.has("chain")) show("chain", await benchChain());
if (suites.has("telemetry")) show("telemetry", await benchTelemetry(cache, tree ?? "small"));
if (suites.has("guards")) show("guards", await benchGuards());
if (suites.has("ledger")) show("ledger", [await benchLedger()]);
