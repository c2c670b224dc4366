/** Logs, metrics and traces of the gateway behind the telemetry port, with secrets removed on the way out. */
export { Exposition } from "./exposition.ts";
export { describeMetrics, type MetricDeclaration } from "./metric-table.ts";
export { type OpenTelemetry, openTelemetry, type TelemetryOptions } from "./open-telemetry.ts";
export { type OpenTracing, openTracing, type TracingOptions } from "./open-tracing.ts";
export { redacted, scrubber } from "./redact.ts";
export { telemetryPlugin } from "./telemetry-plugin.ts";
