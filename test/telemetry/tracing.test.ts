import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type OpenTracing, openTracing, type TracingOptions } from "../../src/telemetry/mod.ts";
import { type Collector, startCollector } from "../support/otlp-collector.ts";

const canary = "s3cr3t-C4n4ry-ZqXwVu";
const looksSecret = `kg_reader_${"aB3".repeat(12)}`;

/** What the collector got of what `work` traced. */
async function collected(work: (tracing: OpenTracing) => Promise<void>, over: Partial<TracingOptions> = {}) {
  const collector: Collector = await startCollector();
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.endpoint;
  try {
    const secrets = [{ reveal: () => canary }];
    const tracing = await openTracing({ version: "0", sampleRatio: 1, secrets, ...over });
    await work(tracing);
    await tracing.close();
  } finally {
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    await collector.close();
  }
  return collector;
}

const test = suite("tracing");

test("an error's message and stack leave without secrets, and so do attributes and names", async () => {
  const thrown = new Error(`the server said: ${canary}, bearer ${looksSecret}`);
  assert.ok(thrown.stack?.includes(canary), "the stack repeats the message");
  let caught: unknown;
  const { spans, bodies } = await collected(async ({ tracer, measured }) => {
    const work = tracer.span("ingest run", { source: `docs ${canary}`, password: "hunter2" }, async (span) => {
      span.attribute("said", `token=${looksSecret}`);
      measured(`libsql ${canary}`, { backend: canary, operation: "read" }, 0.001);
      throw thrown;
    });
    await work.catch((error: unknown) => {
      caught = error;
    });
  });
  assert.is(caught, thrown, "who waits gets the error itself");
  const run = spans.find(({ name }) => name === "ingest run");
  const [event] = run?.events ?? [];
  assert.is(event?.name, "exception");
  assert.match(event?.attributes.get("exception.message") ?? "", /^the server said: \[secret\]/);
  assert.match(event?.attributes.get("exception.stacktrace") ?? "", /\[secret\][\s\S]*tracing\.test/);
  assert.is(run?.attributes.get("source"), "docs [secret]");
  assert.is(run?.attributes.get("password"), "[secret]");
  assert.equal(spans.map(({ name }) => name).sort(), ["ingest run", "libsql [secret]"]);
  for (const secret of [canary, looksSecret.slice(-20), "hunter2"]) {
    assert.not.ok(bodies.join("").includes(secret), `${secret.slice(0, 6)}… was exported`);
  }
});

test("a status that another library writes leaves without secrets", async () => {
  const { trace } = await import("@opentelemetry/api");
  const { spans } = await collected(async () => {
    trace
      .getTracer("nice-grpc")
      .startSpan("call")
      .setStatus({ code: 2, message: `INTERNAL: ${canary}` })
      .end();
  });
  assert.equal(
    spans.map(({ status }) => status),
    ["INTERNAL: [secret]"],
  );
});

test("a request's headers name the span that it is made in, and nothing outside of one", async () => {
  let inside: Readonly<Record<string, string>> = {};
  let current: { readonly traceId: string; readonly spanId: string } | undefined;
  await collected(async ({ tracer }) => {
    assert.equal(tracer.headers?.(), {});
    await tracer.span("ingest run", {}, async () => {
      inside = tracer.headers?.() ?? {};
      current = tracer.current?.();
    });
  });
  assert.equal(inside, { traceparent: `00-${current?.traceId}-${current?.spanId}-01` });
});

for (const [sampleRatio, least, most] of [
  [0, 0, 0],
  [0.5, 100, 300],
  [1, 400, 400],
] as const) {
  test(`of 400 traces ${least} to ${most} are kept at a sample ratio of ${sampleRatio}, each of them whole`, async () => {
    const { spans } = await collected(
      async ({ tracer, measured }) => {
        for (let i = 0; i < 400; i += 1) {
          await tracer.span("ingest run", {}, async () => measured("ingest listing", {}, 0.001));
        }
      },
      { sampleRatio },
    );
    const runs = spans.filter(({ name }) => name === "ingest run");
    assert.ok(runs.length >= least && runs.length <= most, `${runs.length} are kept`);
    assert.is(spans.length, runs.length * 2);
    const ids = new Set(runs.map(({ spanId }) => spanId));
    assert.ok(spans.every(({ name, parentSpanId }) => name === "ingest run" || ids.has(parentSpanId)));
  });
}

test.run();
