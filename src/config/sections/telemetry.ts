import { type Parser, parser } from "../parser.ts";
import { oneOf, toggle } from "../parsers.ts";
import { type Environment, given, optional, type Values, variable } from "../variable.ts";

export interface TelemetryConfig {
  readonly logFormat: "json" | "pretty";
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** undefined: off. */
  readonly tracing: { readonly sampleRatio: number } | undefined;
}

const share: Parser<number> = parser("a number from 0 to 1", (text) => {
  const value = /^[\d.]{1,12}$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1 ? value : undefined;
});

export const telemetryVariables = {
  logFormat: variable({
    name: "KM_LOG_FORMAT",
    summary: "One JSON object a line, or lines for people.",
    default: "json",
    reason: "Collectors read it without a parser of their own.",
    parser: oneOf("json", "pretty"),
  }),
  logLevel: variable({
    name: "KM_LOG_LEVEL",
    summary: "The least that is logged.",
    default: "info",
    reason: "One line a request and a stage; debug adds what only a developer of the gateway needs.",
    parser: oneOf("debug", "info", "warn", "error", "silent"),
  }),
  tracing: optional({
    name: "KM_TRACING_ENABLED",
    summary: "Send spans of calls, ingest stages and backend calls over OTLP/HTTP.",
    unset: "on when OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, else off",
    reason: "Whoever names a collector wants traces; the OTEL_* variables say where to and with which headers.",
    parser: toggle,
  }),
  sampleRatio: variable({
    name: "KM_TRACING_SAMPLE_RATIO",
    summary: "Share of traces kept, 0 to 1, where the caller has not decided by its traceparent.",
    default: "1",
    reason: "An agent's few calls a second are all worth having; a busy gateway lowers it.",
    parser: share,
  }),
};

export function telemetryConfig(values: Values<typeof telemetryVariables>, env: Environment): TelemetryConfig {
  const { logFormat, logLevel, sampleRatio } = values;
  const collector = given(env, "OTEL_EXPORTER_OTLP_ENDPOINT") ?? given(env, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  const refused = given(env, "OTEL_SDK_DISABLED") === "true" || given(env, "OTEL_TRACES_EXPORTER") === "none";
  const on = values.tracing ?? (collector !== undefined && !refused);
  return { logFormat, logLevel, tracing: on ? { sampleRatio } : undefined };
}
