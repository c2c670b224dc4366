import type { Meter } from "../../../ports/mod.ts";
import type { Observe } from "./worker-link.ts";

/** Counts the calls of workers as those of the libSQL backend. `prefix` tells stores apart: "graph_". */
export function observer(meter: Meter, prefix = ""): Observe {
  return (name, seconds, code) => {
    const labels = { backend: "libsql", operation: `${prefix}${name}` };
    meter.observe("km_backend_duration_seconds", labels, seconds);
    if (code !== "") meter.add("km_backend_errors_total", { ...labels, code });
  };
}
