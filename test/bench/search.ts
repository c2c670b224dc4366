import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { percentile, round } from "./figures.ts";
import { type GatewayProcess, ingest, startProcess } from "./gateway-process.ts";
import { questions, reports } from "./questions.ts";
import { commitAll, copyOf, type TreeName, tree } from "./trees.ts";

/** Search through gRPC on a tree's index: one caller, many callers, beside an ingest, and a cold start. */
export async function benchSearch(cache: string, name: TreeName): Promise<Record<string, number | string>> {
  const root = copyOf(tree(cache, name), join(cache, "work"));
  const state = join(cache, "state");
  rmSync(state, { recursive: true, force: true });
  let gateway = await startProcess(state, `bench=${root}`);
  try {
    const { run } = await ingest(gateway.clients, IngestMode.INGEST_MODE_FULL);
    await gateway.stop();
    gateway = await startProcess(state, `bench=${root}`);
    const coldStart = gateway.startMs;
    await timed(gateway, 100, 1);
    const one = await timed(gateway, 400, 1);
    const long = await timed(gateway, 100, 1, 0, reports);
    const many = await timed(gateway, 800, 16);
    const settled = gateway.memory().now;
    const beside = await besideIngest(gateway, root);
    await gateway.stop();
    const delay = await loopDelay(state, root);
    return {
      tree: name,
      chunks: Number(run.chunks?.total ?? 0),
      "cold start ms": round(coldStart, 0),
      "p50 ms": round(percentile(one.ms, 0.5)),
      "p95 ms": round(percentile(one.ms, 0.95)),
      "p99 ms": round(percentile(one.ms, 0.99)),
      "4,000 characters p50 ms": round(percentile(long.ms, 0.5)),
      "4,000 characters p95 ms": round(percentile(long.ms, 0.95)),
      "16 callers/s": round(many.perSecond, 0),
      "16 callers p99 ms": round(percentile(many.ms, 0.99)),
      "memory MB": settled,
      "beside ingest p99 ms": round(percentile(beside, 0.99)),
      "loop delay p99.9 ms": round(delay.p999),
      "loop delay max ms": round(delay.max),
    };
  } finally {
    await gateway.stop();
  }
}

/** Questions in turn, from one of them on. */
export async function timed(
  gateway: GatewayProcess,
  count: number,
  callers: number,
  from = 0,
  asked = questions,
): Promise<{ ms: number[]; perSecond: number }> {
  const ms: number[] = [];
  let next = from;
  const began = performance.now();
  const call = async () => {
    for (let i = next++; i < from + count; i = next++) {
      const at = performance.now();
      const query = asked[i % asked.length]!;
      const { hits } = await gateway.clients.search.search({ query });
      if (hits.length === 0) throw new Error(`'${query}' found nothing`);
      ms.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { ms, perSecond: (count / (performance.now() - began)) * 1000 };
}

/** Searches one after the other while a tenth of the files is being indexed anew. */
async function besideIngest(gateway: GatewayProcess, root: string): Promise<readonly number[]> {
  for (const name of aTenth(root)) appendFileSync(join(root, name), "\n// touched by the benchmark\n");
  commitAll(root, "touch");
  return await searchesDuring(gateway, IngestMode.INGEST_MODE_INCREMENTAL);
}

async function searchesDuring(gateway: GatewayProcess, mode: IngestMode): Promise<readonly number[]> {
  let over = false;
  const running = ingest(gateway.clients, mode).finally(() => {
    over = true;
  });
  const ms: number[] = [];
  while (!over) ms.push(...(await timed(gateway, 10, 1)).ms);
  await running;
  return ms;
}

/** How late the event loop of a fresh gateway was while it indexed the whole tree anew beside searches, ms. */
async function loopDelay(state: string, root: string): Promise<{ readonly p999: number; readonly max: number }> {
  const told = join(state, "..", "loop-delay.json");
  const probe = projectFile("dist/test/bench/loop-delay-probe.js");
  const options = { KM_TEST_LOOP_DELAY: told, NODE_OPTIONS: `--import ${probe}` };
  const gateway = await startProcess(state, `bench=${root}`, options);
  try {
    await timed(gateway, 25, 1);
    process.kill(gateway.pid, "SIGUSR2");
    await searchesDuring(gateway, IngestMode.INGEST_MODE_FULL);
  } finally {
    await gateway.stop();
  }
  return JSON.parse(readFileSync(`${told}.${gateway.pid}`, "utf8")) as { p999: number; max: number };
}

function aTenth(root: string): string[] {
  const out = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  return out.split("\n").filter((name, i) => i % 10 === 0 && /\.(ts|js)$/.test(name));
}
