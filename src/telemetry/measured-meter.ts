import type { Meter } from "../ports/mod.ts";
import type { OpenTracing } from "./open-tracing.ts";

/** The durations that are spans too, and what their spans are called. */
const names = new Map<string, (labels: Readonly<Record<string, string>>) => string>([
  ["km_backend_duration_seconds", ({ backend, operation }) => `${backend} ${operation}`],
  ["km_ingest_duration_seconds", ({ stage }) => `ingest ${stage}`],
  ["km_search_duration_seconds", ({ stage }) => `search ${stage}`],
  ["km_graph_duration_seconds", ({ method }) => `graph ${method}`],
]);

/** A meter whose stages and backend calls are spans of the trace they were measured in. */
export function measuredMeter(meter: Meter, tracing: Pick<OpenTracing, "measured">): Meter {
  return {
    ...meter,
    observe(name, labels, value) {
      meter.observe(name, labels, value);
      const nameOf = names.get(name);
      if (nameOf !== undefined) tracing.measured(nameOf(labels), { ...labels }, value);
    },
  };
}
