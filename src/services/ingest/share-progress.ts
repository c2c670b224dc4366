import type { Clock, JobStore } from "../../ports/mod.ts";
import { unstoppable } from "./ingest-parts.ts";
import type { LiveRun } from "./live-run.ts";

/** How often where a run is goes to job state, ms: as often as watchers elsewhere look at it. */
const shareMs = 500;

/** Keeps where a run is, stage by stage, for its watchers on other gateways, until `over`; then once more. */
export async function shareProgress(one: LiveRun, jobs: JobStore, clock: Clock, over: AbortSignal): Promise<void> {
  let shared = 0;
  const share = async () => {
    const events = one.progress.since(shared);
    if (events.length === 0) return;
    try {
      await jobs.saveProgress([...new Map(events.map((event) => [event.stage, event])).values()], unstoppable);
      shared = events.at(-1)!.sequence;
    } catch (error) {
      one.log.warn({ err: error }, "other gateways can't be told of the progress; it is tried again");
    }
  };
  while (!over.aborted) {
    await share();
    await clock.sleep(shareMs, over).catch(() => {});
  }
  await share();
}
