import type { Labels, Meter } from "../../src/ports/mod.ts";

/** A meter that remembers what was added and how often something was observed. */
export interface CountingMeter extends Meter {
  /** Calls of `km_backend_duration_seconds` by "backend operation", and of `km_backend_errors_total` with its code. */
  backendCalls(): Readonly<Record<string, number>>;
}

export function countingMeter(): CountingMeter {
  const counts: Record<string, number> = {};
  const count = (name: string, labels: Labels, by: number) => {
    if (!name.startsWith("km_backend_") || by === 0) return;
    const key = ["backend", "operation", "code"].flatMap((label) => labels[label] ?? []).join(" ");
    counts[key] = (counts[key] ?? 0) + by;
  };
  return {
    add: (name, labels, by = 1) => count(name, labels, by),
    set() {},
    observe: (name, labels) => count(name, labels, 1),
    backendCalls: () => counts,
  };
}
