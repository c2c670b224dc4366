import { type IngestProgress, type IngestRun, isOver } from "../../domain/mod.ts";
import type { Clock, JobStore } from "../../ports/mod.ts";

/** How often a run of another process is looked at for its watchers here, ms. */
const pollMs = 500;
const nothing = { filesDone: 0, filesTotal: 0, chunksDone: 0, bytesDone: 0, currentPath: "", warnings: [] };

/**
 * A run that another process has, or had: from job state, by polling, the last event of each stage. `find` gives the run
 * as it is stored, and throws where there is none.
 */
export async function* watchElsewhere(
  find: () => Promise<IngestRun>,
  runId: string,
  { jobs, clock }: { readonly jobs: JobStore; readonly clock: Clock },
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<IngestProgress, void> {
  for (let seen = afterSequence; ; await clock.sleep(pollMs, signal)) {
    // The run first: the events of one that is over are all there.
    const run = await find();
    for (const event of await jobs.progress(runId, seen, signal)) {
      seen = event.sequence;
      yield event;
    }
    if (!isOver(run.state)) continue;
    const last = (await jobs.progress(runId, 0, signal)).at(-1);
    // Whoever asks past the end still learns how it ended.
    yield { stage: "ended", ...nothing, ...last, sequence: (last?.sequence ?? 0) + 1, run };
    return;
  }
}
