import { Fault } from "../../../domain/mod.ts";
import type { Clock, Revisions, Sources, Telemetry } from "../../../ports/mod.ts";
import { behind } from "./write-report.ts";

export interface LagParts {
  readonly sources: Sources;
  readonly state: { readonly revisions: Pick<Revisions, "served"> };
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** How often HEAD is looked at, ms: two short Git processes a source, far more often than anyone is alerted. */
const everyMs = 60_000;

/**
 * Says how far each source's HEAD is ahead of what is served, whether runs happen or not: were it measured by runs
 * alone, an ingest that no longer runs would look like an index that is up to date.
 */
export async function measureLag({ sources, state, telemetry }: LagParts, signal: AbortSignal): Promise<void> {
  for (const revision of state.revisions.served()) {
    const source = sources.get(revision.source);
    if (source === undefined) continue;
    const commits = await behind(source, revision, signal);
    if (commits >= 0) telemetry.meter.set("km_index_commits_behind", { source: source.name }, commits);
  }
}

/** Measures now and then, in the background, until stopped. */
export function watchLag(parts: LagParts): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await measureLag(parts, signal);
      } catch (error) {
        if (!signal.aborted) parts.telemetry.log.warn({ err: error }, "how far HEAD is ahead could not be measured");
      }
      await parts.clock.sleep(everyMs, signal).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort(new Fault("cancelled", "the gateway is stopping"));
      await running;
    },
  };
}
