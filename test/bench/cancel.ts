import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { IngestMode, type IngestProgress, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import type { Clients } from "../../src/cli/clients.ts";
import { median, round } from "./figures.ts";
import { startProcess } from "./gateway-process.ts";
import { copyOf, type TreeName, tree } from "./trees.ts";

/** Where in a run it is cancelled. */
const moments: readonly (readonly [name: string, met: (progress: IngestProgress) => boolean])[] = [
  ["as it begins", () => true],
  ["a tenth indexed", ({ filesDone, filesTotal }) => filesDone * 10 >= filesTotal && filesDone > 0],
  ["half indexed", ({ filesDone, filesTotal }) => filesDone * 2 >= filesTotal && filesDone > 0],
  ["linking", ({ stage }) => stage === "linking"],
];
const times = 3;

/** What CancelIngestRun promises, ms. */
export const longestCancelMs = 1_000;

/** From CancelIngestRun to the end of the run as its watcher hears it, at several moments of a full ingest. */
export async function benchCancel(cache: string, name: TreeName): Promise<Record<string, number | string>[]> {
  const root = copyOf(tree(cache, name), join(cache, "work"));
  execFileSync("git", ["update-index", "-q", "--refresh"], { cwd: root });
  const state = join(cache, "state");
  rmSync(state, { recursive: true, force: true });
  const gateway = await startProcess(state, `bench=${root}`);
  try {
    const rows: Record<string, number | string>[] = [];
    for (const [moment, met] of moments) {
      const ms: number[] = [];
      for (let n = 0; n < times; n++) ms.push(await cancelAt(gateway.clients, met));
      rows.push({
        tree: name,
        cancelled: moment,
        "median ms": round(median(ms)),
        "longest ms": round(Math.max(...ms)),
      });
    }
    return rows;
  } finally {
    await gateway.stop();
  }
}

async function cancelAt({ ingest }: Clients, met: (progress: IngestProgress) => boolean): Promise<number> {
  const { runs } = await ingest.startIngest({ mode: IngestMode.INGEST_MODE_FULL });
  const { runId } = runs[0]!;
  let began: number | undefined;
  let state: IngestRunState | undefined;
  for await (const { progress } of ingest.watchIngest({ runId })) {
    state = progress?.run?.state;
    if (began !== undefined || progress === undefined || !met(progress)) continue;
    began = performance.now();
    await ingest.cancelIngestRun({ runId });
  }
  if (began === undefined || state !== IngestRunState.INGEST_RUN_STATE_CANCELLED)
    throw new Error(`the run ended ${state} before it was cancelled: take a larger tree`);
  return performance.now() - began;
}
