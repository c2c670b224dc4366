import { collectDefaultMetrics, Registry } from "prom-client";
import type { Telemetry } from "../ports/mod.ts";
import { watchEventLoop } from "./event-loop-delay.ts";
import { Exposition } from "./exposition.ts";
import { type LogLevel, openLog } from "./logger.ts";
import { measuredMeter } from "./measured-meter.ts";
import { openMeter } from "./meter.ts";
import { describeMetrics } from "./metric-table.ts";
import { noTracer } from "./no-tracer.ts";
import type { OpenTracing } from "./open-tracing.ts";
import { scrubber } from "./redact.ts";

export interface TelemetryOptions {
  readonly logFormat: "json" | "pretty";
  readonly logLevel: LogLevel;
  /** For `km_build_info`. */
  readonly version: string;
  readonly runtime: string;
  /** Whose counters start at zero. */
  readonly sources: readonly string[];
  /** Configured secrets: removed literally from every line, whatever brought them there. */
  readonly secrets?: readonly { reveal(): string }[];
  /** undefined: tracing is off, and costs nothing. */
  readonly tracing?: OpenTracing | undefined;
  /** Where log lines go instead of standard output. */
  readonly write?: (line: string) => void;
}

export interface OpenTelemetry extends Telemetry {
  /** What /metrics shows of ours. */
  readonly metrics: Exposition;
  /** Starts the counters of sources that a reread of the configuration brought, at zero. */
  beginSources(names: readonly string[]): void;
  /** Stops measuring and writes what is buffered; the log goes on working. */
  close(): void;
}

/**
 * The runtime's gauges that are left out: those that end in `_total`, which promtool refuses and whose figures are there
 * by type, and those of the event loop's lag, which `km_event_loop_delay_seconds` tells in buckets that can be summed, and
 * which cost an eighth of a scrape.
 */
const leftOut = /^nodejs_(active_\w+_total|eventloop_lag_\w+)$/;

/** Opened before the kernel, so that a start that fails can be logged. */
export function openTelemetry(options: TelemetryOptions): OpenTelemetry {
  const { log, flush } = openLog({
    format: options.logFormat,
    level: options.logLevel,
    scrub: scrubber(options.secrets?.map((secret) => secret.reveal())),
    trace: options.tracing?.tracer.current,
    write: options.write,
  });
  const registry = new Registry(); // never the default one: a test, or a second gateway in a process, has its own
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) if (leftOut.test(name)) registry.removeSingleMetric(name);
  const plain = openMeter(describeMetrics(), registry, { source: options.sources });
  const meter = options.tracing ? measuredMeter(plain, options.tracing) : plain;
  meter.set("km_build_info", { version: options.version, runtime: options.runtime }, 1);
  const unwatch = watchEventLoop(meter);
  return {
    log,
    meter,
    tracer: options.tracing?.tracer ?? noTracer,
    metrics: new Exposition(registry),
    beginSources: (names) => plain.begin({ source: names }),
    close() {
      unwatch();
      flush();
    },
  };
}
