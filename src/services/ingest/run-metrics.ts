import type { IngestRun } from "../../domain/mod.ts";
import type { Meter } from "../../ports/mod.ts";
import type { IngestParts } from "./ingest-parts.ts";

/** What a run that is over adds to the metrics. A dry run is counted as such and nothing else. */
export function countRun(meter: Meter, run: IngestRun): void {
  const { source, state, files, chunks } = run;
  meter.add("km_ingest_runs_total", { source, state });
  sayLast(meter, run);
  if (state !== "succeeded") return;
  meter.set("km_ingest_last_success_timestamp_seconds", { source }, run.finishedAt / 1_000);
  const { added, changed, removed, unchanged, skipped } = files;
  for (const [action, count] of Object.entries({ added, changed, removed, unchanged, skipped }))
    meter.add("km_ingest_files_total", { source, action }, count);
  const { written, removed: gone, reused } = chunks;
  for (const [action, count] of Object.entries({ written, removed: gone, reused }))
    meter.add("km_ingest_chunks_total", { source, action }, count);
}

/** A cancelled run and a dry one say nothing of whether the source can be indexed. */
function sayLast(meter: Meter, { source, state, dryRun, finishedAt }: IngestRun): void {
  if (dryRun || state === "cancelled" || state === "planned") return;
  meter.set("km_ingest_last_run_timestamp_seconds", { source }, finishedAt / 1_000);
  meter.set("km_ingest_last_run_succeeded", { source }, state === "failed" ? 0 : 1);
}

/** How the last runs of before this start ended: a restart must not silence an alert about a failed one. */
export async function recallRuns(
  { state: { jobs }, sources, telemetry: { meter } }: Pick<IngestParts, "state" | "sources" | "telemetry">,
  signal: AbortSignal,
): Promise<void> {
  for (const { name: source } of sources.all()) {
    const ended = await jobs.runs({ sources: [source], states: ["succeeded", "skipped", "failed"] }, "", 20, signal);
    const last = ended.find(({ dryRun }) => !dryRun);
    if (last !== undefined) sayLast(meter, last);
    const [succeeded] = await jobs.runs({ sources: [source], states: ["succeeded"] }, "", 1, signal);
    if (succeeded !== undefined)
      meter.set("km_ingest_last_success_timestamp_seconds", { source }, succeeded.finishedAt / 1_000);
  }
}
