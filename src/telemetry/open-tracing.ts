import type { Attributes, Context } from "@opentelemetry/api";
import type { Tracer } from "../ports/mod.ts";
import { scrubber } from "./redact.ts";
import { scrubbedExporter } from "./scrubbed-exporter.ts";

export interface TracingOptions {
  readonly version: string;
  /** Share of traces that are kept, 0 to 1, where the caller has not decided already. */
  readonly sampleRatio: number;
  /** Configured secrets: removed literally from every span, as from every log line. */
  readonly secrets?: readonly { reveal(): string }[];
}

export interface OpenTracing {
  readonly tracer: Tracer;
  /** A span that is over: what was measured to take so many seconds until now. */
  measured(name: string, attributes: Attributes, seconds: number): void;
  /** Sends what is still buffered. */
  close(): Promise<void>;
}

/** How long the last batch may take to go out when the gateway stops, ms: less than a stop's limit. */
const lastBatchMs = 3_000;

/**
 * OpenTelemetry with OTLP over HTTP (JSON); the exporter reads the standard OTEL_EXPORTER_OTLP_* variables itself.
 * The SDK is loaded here and only here, so that a gateway without tracing never pays for it. It sets the API's
 * globals, which nice-grpc-opentelemetry uses.
 */
export async function openTracing({ version, sampleRatio, secrets }: TracingOptions): Promise<OpenTracing> {
  const [api, hooks, core, sdk, otlp, resources] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/context-async-hooks"),
    import("@opentelemetry/core"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const named = { "service.name": "knowledge-gateway", "service.version": version };
  const scrub = scrubber(secrets?.map((secret) => secret.reveal()));
  const provider = new sdk.BasicTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    resource: resources
      .resourceFromAttributes(named)
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new sdk.BatchSpanProcessor(scrubbedExporter(new otlp.OTLPTraceExporter(), scrub))],
  });
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  const propagator = new core.W3CTraceContextPropagator();
  api.propagation.setGlobalPropagator(propagator);
  api.trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer("knowledge-gateway", version);

  return {
    tracer: {
      span: (name, fields, work) =>
        tracer.startActiveSpan(name, { attributes: attributesOf(fields) }, async (span) => {
          try {
            return await work({ attribute: (key, value) => void span.setAttribute(key, value) });
          } catch (error) {
            span.recordException(error instanceof Error ? error : String(error));
            span.setStatus({ code: api.SpanStatusCode.ERROR });
            throw error;
          } finally {
            span.end();
          }
        }),
      current() {
        const found = api.trace.getSpanContext(api.context.active() as Context);
        return found && { traceId: found.traceId, spanId: found.spanId };
      },
      headers() {
        const headers: Record<string, string> = {};
        propagator.inject(api.context.active() as Context, headers, api.defaultTextMapSetter);
        return headers;
      },
    },
    measured(name, attributes, seconds) {
      const now = Date.now();
      tracer.startSpan(name, { attributes, startTime: now - seconds * 1_000 }).end(now);
    },
    async close() {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, lastBatchMs).unref?.();
      });
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
    },
  };
}

function attributesOf(fields: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]));
}
