import { createRequire } from "node:module";

/**
 * Loaded into a gateway by `--import`, before it loads prom-client: nothing is counted, and the runtime's own figures are
 * not gathered.
 */
const client = createRequire(import.meta.url)("prom-client") as {
  [name in "Counter" | "Gauge" | "Histogram"]: { readonly prototype: object };
} & { collectDefaultMetrics: () => void };
const nothing = () => {};
client.collectDefaultMetrics = nothing;
for (const kind of ["Counter", "Gauge", "Histogram"] as const) {
  // What an instance's own `inc` and `observe` are made from.
  Object.assign(client[kind].prototype, { incWithoutExemplar: nothing, observeWithoutExemplar: nothing });
  Object.assign(client[kind].prototype, { inc: nothing, set: nothing });
}
