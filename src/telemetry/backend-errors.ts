import type { DeclaredMeter } from "./meter.ts";

/**
 * A meter that begins a backend's errors at zero with the first call of an operation, whatever came of it: which
 * operations there are is the adapters' own. "unavailable" is what a backend that goes away fails with; other codes
 * begin with their first failure.
 */
export function withBackendErrors(meter: DeclaredMeter): DeclaredMeter {
  const begun = new Set<string>();
  return {
    ...meter,
    observe(name, labels, value) {
      meter.observe(name, labels, value);
      if (name !== "km_backend_duration_seconds") return;
      const { backend = "", operation = "" } = labels;
      const key = `${backend} ${operation}`;
      if (begun.has(key)) return;
      begun.add(key);
      meter.add("km_backend_errors_total", { backend, operation, code: "unavailable" }, 0);
    },
  };
}
