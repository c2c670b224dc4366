import { Fault, type FaultCode } from "../domain/mod.ts";
import type { Meter } from "./telemetry.ts";

/** What a backend fails with by itself; "cancelled" and "not-found" are its callers' doing. */
const ownFailures: readonly FaultCode[] = ["unavailable", "exhausted", "precondition", "internal"];

/**
 * Begins the errors of a backend's operations at zero, so that a rate sees the first of them. Called when an adapter
 * opens, with all it will ever ask.
 */
export function beginErrors(meter: Meter, backend: string, operations: readonly string[]): void {
  for (const operation of operations) {
    for (const code of ownFailures) meter.add("km_backend_errors_total", { backend, operation, code }, 0);
  }
}

/** Counts and times what `call` asks of a backend, as the metrics of all backends are. */
export async function countedCall<T>(
  meter: Meter,
  backend: string,
  operation: string,
  call: () => Promise<T>,
): Promise<T> {
  const labels = { backend, operation };
  const began = performance.now();
  try {
    return await call();
  } catch (error) {
    meter.add("km_backend_errors_total", { ...labels, code: error instanceof Fault ? error.code : "internal" });
    throw error;
  } finally {
    meter.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
  }
}
