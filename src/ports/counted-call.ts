import { Fault } from "../domain/mod.ts";
import type { Meter } from "./telemetry.ts";

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
