import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { IngestMode } from "../../gen/knowledge/v1/ingest_service.ts";
import { projectFile } from "../../src/runtime/mod.ts";
import { median, percentile, round } from "./figures.ts";
import { type GatewayProcess, ingest, startProcess } from "./gateway-process.ts";
import { timed } from "./search.ts";
import { type TreeName, tree } from "./trees.ts";

/** Backups taken, each between two stretches without one: a machine's load changes from minute to minute. */
const rounds = 5;
const quietSearches = 150;

/** `gateway backup` of a gateway that is being searched, and what the searches beside it feel of it. */
export async function benchBackup(cache: string, name: TreeName): Promise<Record<string, number | string>> {
  const sources = `bench=${tree(cache, name)}`;
  const state = join(cache, "backup-state");
  const folder = join(cache, "backup");
  rmSync(state, { recursive: true, force: true });
  const gateway = await startProcess(state, sources);
  try {
    const { run } = await ingest(gateway.clients, IngestMode.INGEST_MODE_FULL);
    await timed(gateway, 100, 1);
    const quiet: number[] = [];
    const beside: number[] = [];
    const seconds: number[] = [];
    const processor: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      quiet.push(...(await timed(gateway, quietSearches, 1)).ms);
      rmSync(folder, { recursive: true, force: true });
      const [began, spent] = [performance.now(), ofChildren()];
      const backup = backUp(state, sources, folder).then(() => seconds.push((performance.now() - began) / 1_000));
      beside.push(...(await searchesUntil(gateway, backup)));
      processor.push(ofChildren() - spent);
    }
    const { files } = JSON.parse(readFileSync(join(folder, "backup.json"), "utf8")) as { files: { bytes: number }[] };
    const [quietP99, besideP99] = [percentile(quiet, 0.99), percentile(beside, 0.99)];
    return {
      tree: name,
      chunks: Number(run.chunks?.total ?? 0),
      MB: round(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1_048_576, 0),
      "median s": round(median(seconds)),
      "longest s": round(Math.max(...seconds)),
      "processor s": round(median(processor)),
      "quiet p50 ms": round(median(quiet)),
      "quiet p99 ms": round(quietP99),
      "beside p50 ms": round(median(beside)),
      "beside p99 ms": round(besideP99),
      "p99 ratio": round(besideP99 / quietP99, 2),
      "searches beside": beside.length,
    };
  } finally {
    await gateway.stop();
    for (const path of [state, folder]) rmSync(path, { recursive: true, force: true });
  }
}

/** Seconds of processor that ended processes took that this one started; Linux counts in hundredths. */
function ofChildren(): number {
  const afterName = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1) ?? "";
  const [user = 0, system = 0] = afterName.split(" ").slice(13, 15).map(Number);
  return (user + system) / 100;
}

async function searchesUntil(gateway: GatewayProcess, end: Promise<unknown>): Promise<readonly number[]> {
  let over = false;
  const ended = end.finally(() => {
    over = true;
  });
  const ms: number[] = [];
  for (let i = 0; !over; i += 1) ms.push(...(await timed(gateway, 1, 1, i)).ms);
  await ended;
  return ms;
}

function backUp(state: string, sources: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [projectFile("dist/src/cli/gateway.js"), "backup", folder], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, KM_STATE_PATH: state, KM_SOURCES: sources },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`the backup ended with code ${code}`))));
  });
}
