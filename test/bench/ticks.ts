import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchMode } from "../../gen/knowledge/v1/search_service.ts";
import { median, percentile, round } from "./figures.ts";
import { type GatewayProcess, ingest, startProcess } from "./gateway-process.ts";
import { asMade, type MadeTree, madeTree, sourceOf } from "./made-trees.ts";
import { commitAll } from "./trees.ts";

type Row = Record<string, number | string>;

/** Ticks and runs that find nothing to do, and one changed file until it is found; then at ten times the files. */
export async function benchTicks(cache: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of ["10,000 files", "100,000 files"] as const) rows.push(await ticksOf(cache, name));
  const [one, ten] = rows as [Row, Row];
  const times = Object.keys(one).filter((key) => key.includes(" ms"));
  rows.push({
    tree: "ratio",
    ...Object.fromEntries(times.map((key) => [key, round(Number(ten[key]) / Number(one[key]), 2)])),
  });
  return rows;
}

/** Of each kind, after two that are not counted. */
const samples = 15;

async function ticksOf(cache: string, name: MadeTree): Promise<Row> {
  const root = madeTree(cache, name);
  asMade(root);
  const state = join(cache, "state");
  const kept = process.env["KM_TEST_BENCH_KEEP"] === name;
  if (!kept) rmSync(state, { recursive: true, force: true });
  const counted = countingGit(join(cache, "counting-git"));
  const gateway = await startProcess(state, `bench=${root}`, {
    PATH: `${counted.folder}${delimiter}${process.env["PATH"]}`,
    // Ticks come when they are triggered, and from nowhere else.
    KM_SCHEDULER_INGEST_CRON: "0 0 1 1 *",
    KM_SCHEDULER_COVERAGE_CRON: "0 0 1 1 *",
  });
  try {
    const full = await ingest(gateway.clients, IngestMode.INGEST_MODE_INCREMENTAL);
    // What is done after a run, its coverage report, is no part of the next.
    await settled(gateway);
    counted.off();
    const changes = await sample(gateway, (n) => change(gateway, root, n));
    const noOps = await sample(gateway, () => noOp(gateway));
    const ticks = await sample(gateway, () => tick(gateway));
    const gits = async (work: () => Promise<unknown>) => {
      await settled(gateway);
      counted.on();
      await work();
      const count = counted.off();
      await settled(gateway);
      return count;
    };
    return {
      tree: name,
      "full s": round(full.ms / 1_000),
      "tick ms": round(median(ticks), 0),
      "tick p90 ms": round(percentile(ticks, 0.9), 0),
      "no-op ms": round(median(noOps), 0),
      "no-op p90 ms": round(percentile(noOps, 0.9), 0),
      "one file ms": round(median(changes), 0),
      "one file p90 ms": round(percentile(changes, 0.9), 0),
      "Git: tick": await gits(() => tick(gateway)),
      "Git: no-op": await gits(() => noOp(gateway)),
      "Git: one file": await gits(() => change(gateway, root, samples + 2)),
    };
  } finally {
    await gateway.stop();
    asMade(root);
  }
}

async function sample(gateway: GatewayProcess, measured: (n: number) => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < samples + 2; n++) {
    await settled(gateway);
    all.push(await measured(n));
  }
  return all.slice(2);
}

/** Until the reports of the runs so far are written: listing them waits for those under way. */
async function settled(gateway: GatewayProcess): Promise<void> {
  await gateway.clients.ingest.listCoverageReports({ source: "bench" });
}

async function tick({ clients }: GatewayProcess): Promise<number> {
  const began = performance.now();
  const { runs } = await clients.ingest.triggerSchedule({ name: "ingest" });
  const ms = performance.now() - began;
  if (runs[0]?.skipReason !== "HEAD_UNCHANGED") throw new Error(`the tick was not gated: ${JSON.stringify(runs[0])}`);
  return ms;
}

async function noOp({ clients }: GatewayProcess): Promise<number> {
  const { run, ms } = await ingest(clients, IngestMode.INGEST_MODE_INCREMENTAL);
  const { added = 0, changed = 0, removed = 0 } = run.files ?? {};
  if (Number(added) + Number(changed) + Number(removed) > 0 || Number(run.generation) > 0)
    throw new Error(`the run found something to do: ${JSON.stringify(run.files)}`);
  return ms;
}

/** From the ingest call until a search finds the new word; the commit before it is not counted. */
async function change({ clients }: GatewayProcess, root: string, n: number): Promise<number> {
  const word = `quokka${[...String(n + 100)].map((digit) => "ghjkmpqrwz"[Number(digit)]).join("")}zephyr`;
  // A comment to either language.
  appendFileSync(sourceOf(root, n * 311), n % 3 === 2 ? `\n# ${word}\n` : `\n// ${word}\n`);
  commitAll(root, word);
  const began = performance.now();
  await ingest(clients, IngestMode.INGEST_MODE_INCREMENTAL);
  const { hits } = await clients.search.search({ query: word, mode: SearchMode.SEARCH_MODE_LEXICAL });
  if (!hits[0]?.snippet?.text.includes(word)) throw new Error(`${word} was not found after its ingest`);
  return performance.now() - began;
}

/** A folder whose `git` notes each time it is started, while it is switched on; a plain link to Git while not. */
function countingGit(folder: string) {
  mkdirSync(folder, { recursive: true });
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const program = join(folder, "git");
  const log = join(folder, "started");
  const put = (script: string | undefined) => {
    rmSync(program, { force: true });
    rmSync(log, { force: true });
    if (script === undefined) return;
    writeFileSync(program, script);
    chmodSync(program, 0o755);
  };
  put(undefined);
  return {
    folder,
    on: () => put(`#!/bin/sh\necho started >> '${log}'\nexec '${real}' "$@"\n`),
    off(): number {
      const count = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
      put(undefined);
      return count;
    },
  };
}
