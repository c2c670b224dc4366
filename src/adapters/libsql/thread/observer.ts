import { beginErrors, type Meter } from "../../../ports/mod.ts";
import type { Operations } from "./messages.ts";
import type { Observe } from "./worker-link.ts";

/** Each of a worker's operations: the compiler misses one that is left out. */
export type Named<O extends Operations> = Readonly<Record<keyof O & string, true>>;

/**
 * Counts the calls of workers as those of the libSQL backend, their errors from zero. `prefix` tells stores apart:
 * "graph_".
 */
export function observer(meter: Meter, operations: readonly Readonly<Record<string, true>>[], prefix = ""): Observe {
  const names = operations.flatMap((named) => Object.keys(named));
  beginErrors(
    meter,
    "libsql",
    names.map((name) => `${prefix}${name}`),
  );
  return (name, seconds, code) => {
    const labels = { backend: "libsql", operation: `${prefix}${name}` };
    meter.observe("km_backend_duration_seconds", labels, seconds);
    if (code !== "") meter.add("km_backend_errors_total", { ...labels, code });
  };
}
