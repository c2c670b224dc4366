import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { redacted, type Scrub } from "./redact.ts";

/**
 * Removes secrets from spans as they leave, as they are removed from log lines. Here and not where spans are written:
 * the SDK and nice-grpc-opentelemetry write errors, their stacks and statuses themselves.
 */
export function scrubbedExporter(exporter: SpanExporter, scrub: Scrub): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(
        spans.map((span) => scrubbed(span, scrub)),
        done,
      ),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function scrubbed(span: ReadableSpan, scrub: Scrub): ReadableSpan {
  const clean = (attributes: Attributes | undefined) => redacted(attributes ?? {}, scrub) as Attributes;
  const { status } = span;
  return {
    name: scrub(span.name),
    attributes: clean(span.attributes),
    events: span.events.map((event) => ({ ...event, name: scrub(event.name), attributes: clean(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: clean(link.attributes) })),
    status: status.message === undefined ? status : { ...status, message: scrub(status.message) },
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
