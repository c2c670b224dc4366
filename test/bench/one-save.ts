import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchMode } from "../../gen/knowledge/v1/search_service.ts";
import { median, percentile, round } from "./figures.ts";
import { type GatewayProcess, ingest, startProcess } from "./gateway-process.ts";
import { asMade, type MadeTree, madeTree, sourceOf } from "./made-trees.ts";

type Row = Record<string, number | string>;

/** Of each tree, after some that are not counted. */
const samples = 25;
const notCounted = 4;
/** The shortest that can be set, and no part of what is measured. */
const debounceMs = 100;
const names = ["10,000 files", "100,000 files"] as const;

interface Watched {
  readonly name: MadeTree;
  readonly root: string;
  readonly gateway: GatewayProcess;
  readonly found: number[];
  readonly processor: number[];
}

/**
 * A file is saved and not committed, under a gateway that watches: until a search finds the new word, the debounce
 * taken off. Trees take turns, so that whatever else the machine does falls on both.
 */
export async function benchOneSave(cache: string): Promise<Row[]> {
  const watched: Watched[] = [];
  try {
    for (const name of names) watched.push(await watch(cache, name));
    for (let n = 0; n < samples + notCounted; n++)
      for (const one of watched) {
        const { found, processor } = await save(one, n);
        if (n < notCounted) continue;
        one.found.push(found);
        one.processor.push(processor);
      }
  } finally {
    for (const { gateway, root } of watched) {
      await gateway.stop();
      asMade(root);
    }
  }
  const rows = watched.map(({ name, found, processor }) => ({
    tree: `${name}, one save`,
    "found after ms": round(median(found), 0),
    "found after p90 ms": round(percentile(found, 0.9), 0),
    "processor ms": round(median(processor), 0),
  }));
  const ratio = (of: (one: Watched) => readonly number[]) =>
    round(median(of(watched[1]!)) / median(of(watched[0]!)), 2);
  const ratios = { "found after ms": ratio(({ found }) => found), "processor ms": ratio(({ processor }) => processor) };
  return [...rows, { tree: "ratio", ...ratios }];
}

async function watch(cache: string, name: MadeTree): Promise<Watched> {
  const root = madeTree(cache, name);
  asMade(root);
  const state = join(cache, `state-watched-${name.replace(/\W+/g, "-")}`, "state");
  if (process.env["KM_TEST_BENCH_KEEP"] !== "watched") rmSync(state, { recursive: true, force: true });
  const gateway = await startProcess(state, `bench=${root}`, { KM_WATCH: "on", KM_WATCH_DEBOUNCE: `${debounceMs}ms` });
  await ingest(gateway.clients, IngestMode.INGEST_MODE_INCREMENTAL);
  await settled(gateway);
  return { name, root, gateway, found: [], processor: [] };
}

/** Until the reports of the runs so far are written: listing them waits for those under way. */
async function settled({ clients }: GatewayProcess): Promise<void> {
  await clients.ingest.listCoverageReports({ source: "bench" });
}

async function save({ root, gateway }: Watched, n: number): Promise<{ found: number; processor: number }> {
  const word = `wombat${[...String(n + 100)].map((digit) => "ghjkmpqrwz"[Number(digit)]).join("")}zephyr`;
  const before = processorMs(gateway.pid);
  const began = performance.now();
  appendFileSync(sourceOf(root, n * 311), n % 3 === 2 ? `\n# ${word}\n` : `\n// ${word}\n`);
  // Nothing is asked while nothing can have come of it: searches are not what is measured.
  await new Promise((resolve) => setTimeout(resolve, debounceMs));
  for (;;) {
    const { hits } = await gateway.clients.search.search({ query: word, mode: SearchMode.SEARCH_MODE_LEXICAL });
    if (hits[0]?.snippet?.text.includes(word)) break;
    if (performance.now() - began > 60_000) throw new Error(`${word} was not found within a minute of its save`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const found = performance.now() - began - debounceMs;
  return { found, processor: processorMs(gateway.pid) - before };
}

/** What a process and those below it have used, the ended ones too, in steps of 10 ms. */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
  const below = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean),
  );
  return below.reduce((sum, child) => {
    try {
      return sum + processorMs(Number(child));
    } catch {
      return sum; // it ended meanwhile, and is its parent's
    }
  }, own);
}
