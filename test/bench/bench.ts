/**
 * `npm run bench [-- ingest|search|graph|chain|ledger …] [--tree NAME] [--json]`: measures the real program on real trees.
 * The machine matters more than the digits: compare runs made in one go, and quote ratios.
 */
import { mkdirSync } from "node:fs";
import process from "node:process";
import { projectFile } from "../../src/runtime/mod.ts";
import { benchChain } from "./chain.ts";
import { benchGraph } from "./graph.ts";
import { benchIngest } from "./ingest.ts";
import { benchLedger } from "./ledger.ts";
import { benchSearch } from "./search.ts";
import { packages, type TreeName } from "./trees.ts";

const args = process.argv.slice(2);
const json = args.includes("--json");
const treeAt = args.indexOf("--tree");
const asked = treeAt >= 0 ? (args[treeAt + 1] as TreeName) : undefined;
if (asked !== undefined && !(asked in packages)) {
  console.error(`--tree ${asked}: there are ${Object.keys(packages).join(", ")}`);
  process.exit(2);
}
const suites = args.filter((a, i) => !a.startsWith("--") && (treeAt < 0 || i !== treeAt + 1));
const wants = (suite: string) => suites.length === 0 || suites.includes(suite);

const cache = projectFile(".cache/bench");
mkdirSync(cache, { recursive: true });

function show(title: string, rows: readonly Record<string, number | string>[]): void {
  if (json) for (const row of rows) console.log(JSON.stringify({ suite: title, ...row }));
  else {
    console.log(`\n${title}`);
    console.table(rows);
  }
}

if (wants("ingest")) {
  const names: TreeName[] = asked ? [asked] : ["small", "medium", "many", "large"];
  for (const name of names) show("ingest", [await benchIngest(cache, name)]);
}
if (wants("search")) {
  const names: TreeName[] = asked ? [asked] : ["medium", "large"];
  for (const name of names) show("search", [await benchSearch(cache, name)]);
}
if (wants("graph")) show("graph", await benchGraph());
if (wants("chain")) show("chain", await benchChain());
if (wants("ledger")) show("ledger", [await benchLedger()]);
