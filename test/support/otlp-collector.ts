import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as it came over the wire, with what a test asks of it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly nanos: bigint;
  readonly events: readonly { readonly name: string; readonly attributes: ReadonlyMap<string, string> }[];
  /** What it says of how it ended; "" when it says nothing. */
  readonly status: string;
}

export interface Collector {
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** All that came, as it came. */
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The part of ExportTraceServiceRequest (OTLP 1.x, JSON encoding) that must be there. */
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[];
  }[];
}

/** A collector that takes OTLP over HTTP as the specification has it, and refuses anything else with 400. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (bytes: Buffer) => parts.push(bytes));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      bodies.push(body);
      try {
        if (request.method !== "POST" || request.url !== "/v1/traces") throw new Error("not POST /v1/traces");
        if (request.headers["content-type"] !== "application/json") throw new Error("not JSON");
        spans.push(...decoded(JSON.parse(body) as ExportRequest));
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function decoded({ resourceSpans }: ExportRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = valuesOf(resource.attributes).get("service.name") ?? "";
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => toSpan(span, service)));
  });
}

function toSpan(span: Record<string, unknown>, service: string): CollectedSpan {
  const hex = (value: unknown, digits: number) => {
    if (typeof value !== "string" || !new RegExp(`^[0-9a-f]{${digits}}$`).test(value)) throw new Error("bad id");
    return value;
  };
  const events = (span["events"] ?? []) as readonly { name: string; attributes: readonly KeyValue[] }[];
  const status = span["status"] as { code: number; message?: string };
  return {
    traceId: hex(span["traceId"], 32),
    spanId: hex(span["spanId"], 16),
    parentSpanId: String(span["parentSpanId"] ?? ""),
    name: String(span["name"]),
    service,
    attributes: valuesOf(span["attributes"] as readonly KeyValue[]),
    nanos: BigInt(String(span["endTimeUnixNano"])) - BigInt(String(span["startTimeUnixNano"])),
    events: events.map((event) => ({ name: event.name, attributes: valuesOf(event.attributes) })),
    status: status.message ?? "",
  };
}

function valuesOf(attributes: readonly KeyValue[]): Map<string, string> {
  return new Map(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
