import { registry as grpc } from "nice-grpc-prometheus";
import { describeMetrics, type MetricDeclaration } from "../../src/telemetry/mod.ts";
import { type ForeignMetric, foreignMetrics, runtimeMetrics } from "./runtime-metrics.ts";

/**
 * The text of docs/metrics.md, made from the declarations: the gateway's own, those of nice-grpc-prometheus, and those
 * of prom-client for Node on Linux. It says nothing of exemplars but that there are none: the text format that is
 * served, 0.0.4, has no place for them, and log lines carry trace ids instead.
 */
export function metricsPage(): string {
  const ofCalls = foreignMetrics(grpc).filter(({ name }) => name.startsWith("grpc_server_"));
  return `# Metrics

Served at \`/metrics\` on \`KM_METRICS_ADDRESS\` in the Prometheus text format, version 0.0.4. Made from the declarations
in \`src/telemetry/metric-table.ts\` and those of the libraries; after changing them, run
\`KM_TEST_UPDATE=1 node dist/test/telemetry/metrics-page.test.js\`.

Times are in seconds. A label value beyond its bound is counted as \`other\`. Counters whose label values are
known when the gateway starts, or rereads its configuration, begin at zero; so do the errors of all that is ever asked of the
backends in use, under \`unavailable\`, \`exhausted\`, \`precondition\` and \`internal\`; gauges appear when there is something to say.
The durations of whole searches, of every stage of a run and of every method of the graph begin at zero too. Those of a
stage of a search, and of an operation of a backend, begin with the first of their kind: some sixty-five operations of
seventeen lines each, and thirty stages by mode, would make the text half as long again (333 kB with one source).

There are no exemplars: version 0.0.4 of the format has none. With tracing on, log lines carry \`trace_id\` and
\`span_id\` instead: from a bad minute in a graph, look for that minute's lines of the method or the source.

## The gateway's own

${table(describeMetrics().map(row))}

## Calls

By nice-grpc-prometheus. Every method's counters begin at zero for every code. Its \`grpc_client_*\` are announced and
have no series: the gateway makes no such calls.

${table(ofCalls.map(foreignRow))}

## The process

By prom-client, as on Node for Linux; other systems and Deno have fewer.

${table(runtimeMetrics.map(foreignRow))}

## Buckets

${buckets([...describeMetrics(), ...ofCalls, ...runtimeMetrics]).join("\n")}
`;
}

function table(rows: readonly string[]): string {
  return `| Name | Type | Labels | What it says |
|---|---|---|---|
${rows.join("\n")}`;
}

function row({ name, type, labels, help }: MetricDeclaration): string {
  const listed = Object.entries(labels).map(([label, values]) =>
    "atMost" in values
      ? `\`${label}\`: ${values.such}, at most ${values.atMost}`
      : `\`${label}\`: ${values.map((value) => `\`${value}\``).join(", ")}`,
  );
  return `| \`${name}\` | ${type} | ${listed.join("; ")} | ${help} |`;
}

function foreignRow({ name, type, labels, help }: ForeignMetric): string {
  return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join("; ")} | ${help} |`;
}

function buckets(metrics: readonly Pick<ForeignMetric, "name" | "type" | "buckets">[]): string[] {
  return metrics
    .filter(({ type }) => type === "histogram")
    .map((metric) => `- \`${metric.name}\`: ${metric.buckets.join(", ")}`);
}
