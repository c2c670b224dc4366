import { Metadata } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ingest, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { startCollector } from "../support/otlp-collector.ts";

const test = suite("tracing of the real program");
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callerSpan = "00f067aa0ba902b7";

test("calls, ingest stages and backend calls reach the collector in the caller's trace, and logs name it", async () => {
  const collector = await startCollector();
  const repo = makeRepo({ "a.md": "# Lighthouse\n\nIt turns at night.\n" });
  repo.commit();
  const gateway = await startGatewayProcess({
    sources: { docs: repo.root },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
  });
  let output = "";
  try {
    const clients = gateway.clients();
    await ingest(clients);
    const metadata = Metadata({ traceparent: `00-${traceId}-${callerSpan}-01` });
    const { hits } = await clients.search.search({ query: "lighthouse" }, { metadata });
    assert.is(hits.length, 1);
    const unsampled = Metadata({ traceparent: `00-${traceId.replace("4b", "5b")}-${callerSpan}-00` });
    await clients.search.search({ query: "lighthouse" }, { metadata: unsampled });
  } finally {
    const ended = await gateway.stop();
    output = ended.stdout;
    assert.is(ended.code, 0);
    await collector.close();
    repo.remove();
  }
  const { spans } = collector;
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [call] = named("knowledge.v1.SearchService/Search");
  assert.equal([call?.traceId, call?.parentSpanId, call?.service], [traceId, callerSpan, "knowledge-gateway"]);
  assert.is(named("knowledge.v1.SearchService/Search").length, 1, "what the caller does not sample is not sent");
  const within = spans.filter((span) => span.parentSpanId === call?.spanId).map(({ name }) => name);
  assert.ok(
    within.some((name) => name.startsWith("libsql ")),
    `below the call: ${within.join(", ")}`,
  );
  const [run] = named("ingest run");
  assert.is(run?.attributes.get("source"), "docs");
  for (const stage of ["listing", "planning", "indexing", "committing"]) {
    const [span] = named(`ingest ${stage}`);
    assert.is(span?.parentSpanId, run?.spanId, stage);
    assert.ok((span?.nanos ?? -1n) >= 0n, stage);
  }
  const lines = output.split("\n").filter((line) => line.includes(`"trace_id":"${traceId}"`));
  assert.ok(
    lines.some((line) => line.includes("SearchService/Search")),
    "the call's log line names the trace",
  );
  const stages = output.split("\n").filter((line) => line.includes("ingest: indexing done"));
  assert.ok(stages[0]?.includes(`"trace_id":"${run?.traceId}"`), "a stage's log line names the run's trace");
  const [end = ""] = output.split("\n").filter((line) => line.includes("ingest ended"));
  const ids = [...end.matchAll(/"(?:trace|span)_id":"(\w+)"/g)].map(([, id]) => id);
  assert.equal(ids, [run?.traceId, run?.spanId], "the line about its end, too, once");
});

for (const [ratio, kept] of [
  ["0", 0],
  ["1", 20],
] as const) {
  test(`at a sample ratio of ${ratio}, ${kept} of 20 calls are traced, beside those that the caller samples`, async () => {
    const collector = await startCollector();
    const repo = makeRepo({ "a.md": "# Lighthouse\n" });
    repo.commit();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, KM_TRACING_SAMPLE_RATIO: ratio };
    const gateway = await startGatewayProcess({ sources: { docs: repo.root }, env });
    try {
      const clients = gateway.clients();
      await ingest(clients);
      for (let i = 0; i < 20; i += 1) await clients.search.search({ query: "lighthouse" });
      const metadata = Metadata({ traceparent: `00-${traceId}-${callerSpan}-01` });
      await clients.search.search({ query: "lighthouse" }, { metadata });
    } finally {
      await gateway.stop();
      await collector.close();
      repo.remove();
    }
    const { spans } = collector;
    const calls = spans.filter(({ name }) => name === "knowledge.v1.SearchService/Search");
    assert.is(calls.length, kept + 1);
    assert.ok(calls.some((call) => call.traceId === traceId));
    assert.is(spans.filter(({ name }) => name === "ingest run").length, kept === 0 ? 0 : 1);
    if (kept === 0)
      assert.equal([...new Set(spans.map((span) => span.traceId))], [traceId], "and nothing else is sent");
  });
}

test("a collector that is away changes nothing but the traces", async () => {
  const repo = makeRepo({ "a.md": "# Lighthouse\n" });
  repo.commit();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  const gateway = await startGatewayProcess({ sources: { docs: repo.root }, env });
  await ingest(gateway.clients());
  const { hits } = await gateway.clients().search.search({ query: "lighthouse" });
  assert.is(hits.length, 1);
  assert.is((await gateway.stop()).code, 0);
  repo.remove();
});

test("without a collector nothing of OpenTelemetry is in the logs", async () => {
  const repo = makeRepo({ "a.md": "# Lighthouse\n" });
  repo.commit();
  const gateway = await startGatewayProcess({ sources: { docs: repo.root } });
  await ingest(gateway.clients());
  assert.not.match((await gateway.stop()).stdout, /trace_id/);
  repo.remove();
});

test.run();
