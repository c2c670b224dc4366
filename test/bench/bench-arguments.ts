import { packages, type TreeName } from "./trees.ts";

/** What each suite measures, in the order in which they run. */
const suiteTexts = new Map([
  ["ingest", "a full, an empty and a small run on a tree"],
  ["ticks", "ticks and runs with nothing to do, one changed file: at 10,000 files, and at ten times as many"],
  [
    "one-save",
    "a file saved under a gateway that watches, at 10,000 files and ten times as many in turn; with the ticks",
  ],
  ["ingest-runs", "resident memory over a hundred runs of one changed file"],
  ["cancel", "how soon a run ends that is cancelled, at several moments"],
  ["ingest-large", "resident memory of the ingest of 50,000 files that make 1 GB"],
  ["search", "latency through gRPC on a tree's index: one caller, many, beside an ingest"],
  ["extraction", "a full ingest of a tree with the graph and without, in pairs"],
  ["graph", "the embedded graph's questions through gRPC"],
  ["chain", "an empty call through the whole chain, beside a bare server"],
  ["telemetry", "what metrics, logs and tracing that is off cost; /metrics beside searches"],
  ["guards", "authentication and quota, in process"],
  ["backup", "a backup beside searches, on a tree's index"],
  ["ledger", "appends, verification and export of the ledger"],
]);

export type BenchArguments =
  | { readonly suites: ReadonlySet<string>; readonly tree: TreeName | undefined; readonly json: boolean }
  | { readonly help: true }
  | { readonly problem: string };

export function usage(): string {
  const lines = [...suiteTexts].map(([name, text]) => `  ${name.padEnd(12)} ${text}`);
  return [
    "npm run bench [-- SUITE … --tree NAME --json]; without a suite, all of them:",
    ...lines,
    `  --tree       ${Object.keys(packages).join(", ")}: the one tree for ingest, ingest-runs, cancel, search, extraction, telemetry and backup`,
    "  --json       one JSON object a line",
  ].join("\n");
}

/** A word that is not known is refused, since every suite takes minutes. */
export function parseBench(args: readonly string[]): BenchArguments {
  if (args.includes("--help") || args.includes("-h")) return { help: true };
  const suites = new Set<string>();
  let tree: TreeName | undefined;
  let json = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--json") json = true;
    else if (word === "--tree") {
      at += 1;
      const name = args[at] ?? "";
      if (!Object.hasOwn(packages, name)) return { problem: `--tree '${name}': there is no such tree` };
      tree = name as TreeName;
    } else if (suiteTexts.has(word)) suites.add(word);
    else return { problem: `'${word}' is no suite and no flag` };
  }
  return { suites: suites.size === 0 ? new Set(suiteTexts.keys()) : suites, tree, json };
}
