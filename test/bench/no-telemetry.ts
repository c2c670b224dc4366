import { registry } from "nice-grpc-prometheus";
import type { Log, Telemetry } from "../../src/ports/mod.ts";

const nothing = () => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, with: () => log };

/** Nothing is logged, counted or traced: no gateway runs like that, it is what the cost of all this is measured against. */
export const noTelemetry: Telemetry = {
  log,
  meter: { add: nothing, set: nothing, observe: nothing },
  tracer: { span: (_name, _fields, work) => work({ attribute: nothing }) },
};

/** The `grpc_server_*` series of this process count nothing from now on. */
export function stopGrpcMetrics(): void {
  for (const metric of registry.getMetricsAsArray()) Object.assign(metric, { inc: nothing, observe: nothing });
}
