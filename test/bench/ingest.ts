import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchMode } from "../../gen/knowledge/v1/search_service.ts";
import { median, round } from "./figures.ts";
import { ingest, startProcess } from "./gateway-process.ts";
import { madeTree } from "./made-trees.ts";
import { commitAll, copyOf, type TreeName, tree } from "./trees.ts";

type Row = Record<string, number | string>;

/** Ingest of a tree from nothing, a run with nothing to do, and one changed file until it is found. */
export function benchIngest(cache: string, name: TreeName): Promise<Row> {
  return ingestOf(cache, name, copyOf(tree(cache, name), join(cache, "work")));
}

/** The same of a made tree of 50,000 files that make 1 GB: most of its bytes are read and not indexed. */
export function benchIngestLarge(cache: string): Promise<Row> {
  const name = "50,000 files, 1 GB";
  return ingestOf(cache, name, copyOf(madeTree(cache, name), join(cache, "work")));
}

async function ingestOf(cache: string, name: string, root: string): Promise<Row> {
  // As a checkout leaves it: else every look at the copy reads all files, since their time stamps differ.
  execFileSync("git", ["update-index", "-q", "--refresh"], { cwd: root });
  const state = join(cache, "state");
  rmSync(state, { recursive: true, force: true });
  const gateway = await startProcess(state, `bench=${root}`);
  try {
    const rest = gateway.memory().now;
    const first = await ingest(gateway.clients, IngestMode.INGEST_MODE_FULL);
    const { run } = first;
    const seconds = first.ms / 1000;
    const bytes = treeBytes(root);
    const peak = gateway.memory().peak;
    const noOp: number[] = [];
    for (let i = 0; i < 5; i++) noOp.push((await ingest(gateway.clients, IngestMode.INGEST_MODE_INCREMENTAL)).ms);
    const changes: number[] = [];
    for (let i = 0; i < 5; i++) changes.push(await change(gateway.clients, root, i));
    await gateway.stop();
    const loaded = await loadedMemory(state, root);
    return {
      tree: name,
      files: Number(run.files?.discovered ?? 0),
      chunks: Number(run.chunks?.total ?? 0),
      seconds: round(seconds),
      "files/s": round(Number(run.files?.discovered ?? 0) / seconds, 0),
      "MB/s": round(bytes / 1e6 / seconds),
      "chunks/s": round(Number(run.chunks?.written ?? 0) / seconds, 0),
      "empty MB": rest,
      "peak MB": peak,
      "loaded MB": loaded,
      "beyond MB": peak - loaded,
      "no-op ms": round(median(noOp), 0),
      "one file ms": round(median(changes), 0),
    };
  } finally {
    await gateway.stop();
  }
}

/** Resident memory of a fresh process that serves this index and was asked a few questions. */
async function loadedMemory(state: string, root: string): Promise<number> {
  const gateway = await startProcess(state, `bench=${root}`);
  try {
    for (let i = 0; i < 20; i++) await gateway.clients.search.search({ query: `parse option ${i} of the handler` });
    return gateway.memory().now;
  } finally {
    await gateway.stop();
  }
}

/** Adds a line to a source file, commits, ingests, and asks until it is found; ms from the ingest call on. */
async function change(clients: Parameters<typeof ingest>[0], root: string, i: number): Promise<number> {
  const word = `quokka${String.fromCharCode(97 + i)}zephyr`;
  appendFileSync(firstSource(root), `\nexport const ${word} = "${word}";\n`);
  commitAll(root, word);
  const began = performance.now();
  await ingest(clients, IngestMode.INGEST_MODE_INCREMENTAL);
  const { hits } = await clients.search.search({ query: word, mode: SearchMode.SEARCH_MODE_LEXICAL });
  if (!hits[0]?.snippet?.text.includes(word)) throw new Error(`${word} was not found after its ingest`);
  return performance.now() - began;
}

function firstSource(root: string): string {
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  const name = names.find((n) => /\.(js|ts)$/.test(n) && !n.includes("min.") && !n.startsWith(".git"));
  if (!name) throw new Error(`no source file in ${root}`);
  return join(root, name);
}

function treeBytes(root: string): number {
  const out = execFileSync("git", ["ls-tree", "-r", "-l", "HEAD"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  return out.split("\n").reduce((sum, line) => sum + Number(line.split(/\s+/)[3] ?? 0), 0);
}
