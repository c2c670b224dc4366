import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { median, round } from "./figures.ts";
import { ingest, startProcess } from "./gateway-process.ts";
import { commitAll, copyOf, type TreeName, tree } from "./trees.ts";

const runs = 400;
/** By then what a process grows by as it gets to work is there. */
const settledAt = 200;

/** Resident memory over runs of one changed file each, sampled after each run and its coverage report. */
export async function benchIngestRuns(cache: string, name: TreeName): Promise<Record<string, number | string>> {
  const root = copyOf(tree(cache, name), join(cache, "work"));
  execFileSync("git", ["update-index", "-q", "--refresh"], { cwd: root });
  const state = join(cache, "state");
  rmSync(state, { recursive: true, force: true });
  const files = sources(root);
  const make = await startProcess(state, `bench=${root}`);
  await ingest(make.clients, IngestMode.INGEST_MODE_FULL);
  await make.clients.ingest.listCoverageReports({ source: "bench" });
  await make.stop();
  // A fresh process: what making the index took is not to hide what the runs take.
  const gateway = await startProcess(state, `bench=${root}`);
  try {
    const memory: number[] = [];
    const times: number[] = [];
    for (let n = 0; n < runs; n++) {
      appendFileSync(files[(n * 37) % files.length]!, `\nexport const change${n} = ${n};\n`);
      commitAll(root, `change ${n}`);
      times.push((await ingest(gateway.clients, IngestMode.INGEST_MODE_INCREMENTAL)).ms);
      await gateway.clients.ingest.listCoverageReports({ source: "bench" });
      memory.push(gateway.memory().now);
    }
    return {
      tree: name,
      runs,
      "first ten MB": round(median(memory.slice(0, 10)), 0),
      "middle ten MB": round(median(memory.slice(runs / 2 - 5, runs / 2 + 5)), 0),
      "last ten MB": round(median(memory.slice(-10)), 0),
      [`MB a run after ${settledAt}`]: round(slope(memory.slice(settledAt)), 3),
      "highest MB": Math.max(...memory),
      "run ms, first ten": round(median(times.slice(0, 10)), 0),
      "run ms, last ten": round(median(times.slice(-10)), 0),
    };
  } finally {
    await gateway.stop();
  }
}

/** Of the straight line through the sample that is off by the least squares, a step. */
function slope(sample: readonly number[]): number {
  const middle = (sample.length - 1) / 2;
  const mean = sample.reduce((sum, one) => sum + one, 0) / sample.length;
  let [over, under] = [0, 0];
  for (const [n, one] of sample.entries()) {
    over += (n - middle) * (one - mean);
    under += (n - middle) ** 2;
  }
  return over / under;
}

function sources(root: string): string[] {
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  const found = names.filter((n) => /\.(js|ts)$/.test(n) && !/\.min\.|\.d\.ts$/.test(n) && !n.startsWith(".git"));
  if (found.length === 0) throw new Error(`no source files in ${root}`);
  return found.map((name) => join(root, name));
}
