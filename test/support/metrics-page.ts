import { describeMetrics, type MetricDeclaration } from "../../src/telemetry/mod.ts";

/** The text of docs/metrics.md, made from the declarations. */
export function metricsPage(): string {
  const rows = describeMetrics().map(row);
  return `# Metrics

Served at \`/metrics\` on \`KM_METRICS_ADDRESS\` in the Prometheus text format. Made from the declarations in
\`src/telemetry/metric-table.ts\`; after changing them, run \`KM_TEST_UPDATE=1 node dist/test/telemetry/metrics-page.test.js\`.

Beside these there are \`grpc_server_*\` (calls by service, method and code), and \`process_*\` and \`nodejs_*\` of the
process. Times are in seconds. A label value beyond its bound is counted as \`other\`. Counters whose label values are
known when the gateway starts, or rereads its configuration, begin at zero; a backend's errors begin at zero with the
first call of an operation, under the code \`unavailable\`; gauges appear when there is something to say.

| Name | Type | Labels | What it says |
|---|---|---|---|
${rows.join("\n")}

## Buckets

${buckets().join("\n")}
`;
}

function row({ name, type, labels, help }: MetricDeclaration): string {
  const listed = Object.entries(labels).map(([label, values]) =>
    "atMost" in values
      ? `\`${label}\`: ${values.such}, at most ${values.atMost}`
      : `\`${label}\`: ${values.map((value) => `\`${value}\``).join(", ")}`,
  );
  return `| \`${name}\` | ${type} | ${listed.join("; ")} | ${help} |`;
}

function buckets(): string[] {
  return describeMetrics()
    .filter(({ type }) => type === "histogram")
    .map((metric) => `- \`${metric.name}\`: ${metric.buckets.join(", ")}`);
}
