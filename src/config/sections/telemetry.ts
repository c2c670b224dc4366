import { oneOf } from "../parsers.ts";
import { type Values, variable } from "../variable.ts";

export interface TelemetryConfig {
  readonly logFormat: "json" | "pretty";
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

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
};

export function telemetryConfig({ logFormat, logLevel }: Values<typeof telemetryVariables>): TelemetryConfig {
  return { logFormat, logLevel };
}
