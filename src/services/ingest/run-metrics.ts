import type { IngestRun } from "../../domain/mod.ts";
import type { Meter } from "../../ports/mod.ts";

/** What a run that is over adds to the metrics. A dry run is counted as such and nothing else. */
export function countRun(meter: Meter, run: IngestRun): void {
  const { source, state, files, chunks } = run;
  meter.add("km_ingest_runs_total", { source, state });
  if (state !== "succeeded") return;
  meter.set("km_ingest_last_success_timestamp_seconds", { source }, run.finishedAt / 1_000);
  const { added, changed, removed, unchanged, skipped } = files;
  for (const [action, count] of Object.entries({ added, changed, removed, unchanged, skipped }))
    meter.add("km_ingest_files_total", { source, action }, count);
  const { written, removed: gone, reused } = chunks;
  for (const [action, count] of Object.entries({ written, removed: gone, reused }))
    meter.add("km_ingest_chunks_total", { source, action }, count);
}
