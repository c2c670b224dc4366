import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { ingestStages } from "../../src/domain/mod.ts";
import { describeMetrics, type OpenTelemetry, openTelemetry } from "../../src/telemetry/mod.ts";
import { sourceFiles } from "../support/source-files.ts";

function opened(): OpenTelemetry {
  return openTelemetry({
    logFormat: "json",
    logLevel: "silent",
    version: "1.2.3",
    runtime: "node 24.0.0",
    sources: ["api", "web"],
  });
}

/** The lines of one metric after `work`. */
async function series(name: string, work: (telemetry: OpenTelemetry) => void = () => {}): Promise<string[]> {
  const telemetry = opened();
  try {
    work(telemetry);
    return (await telemetry.metrics.text()).split("\n").filter((line) => line.startsWith(name));
  } finally {
    telemetry.close();
  }
}

function thrown(work: (telemetry: OpenTelemetry) => void): string {
  const telemetry = opened();
  try {
    work(telemetry);
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    telemetry.close();
  }
}

const meter = suite("meter");

meter("names the build and the runtime", async () => {
  assert.equal(await series("km_build_info"), ['km_build_info{version="1.2.3",runtime="node 24.0.0"} 1']);
});

meter("the stages of a run and the graph's methods are there before their first use", async () => {
  const stages = await series("km_ingest_duration_seconds_count");
  assert.equal(
    stages,
    ingestStages.map((stage) => `km_ingest_duration_seconds_count{stage="${stage}"} 0`),
  );
  const methods = await series("km_graph_duration_seconds_count");
  const { fullName, methods: asked } = GraphServiceDefinition;
  assert.equal(
    methods.sort(),
    Object.values(asked)
      .map(({ name }) => `km_graph_duration_seconds_count{method="${fullName}/${name}"} 0`)
      .sort(),
  );
});

meter("counters over the configured sources start at zero", async () => {
  const lines = await series("km_ingest_runs_total");
  assert.is(lines.length, 12);
  assert.ok(lines.includes('km_ingest_runs_total{source="web",state="failed"} 0'));
});

meter("counters over sources that come later begin at zero then, and the others keep what they counted", async () => {
  const lines = await series("km_ingest_runs_total", ({ meter, beginSources }) => {
    meter.add("km_ingest_runs_total", { source: "api", state: "failed" });
    beginSources(["api", "docs"]);
  });
  assert.is(lines.length, 18);
  assert.ok(lines.includes('km_ingest_runs_total{source="docs",state="failed"} 0'));
  assert.ok(lines.includes('km_ingest_runs_total{source="api",state="failed"} 1'));
  const searches = await series("km_search_duration_seconds_count", ({ meter, beginSources }) => {
    meter.observe("km_search_duration_seconds", { mode: "hybrid", stage: "total" }, 1);
    beginSources(["docs"]);
  });
  assert.ok(searches.includes('km_search_duration_seconds_count{mode="hybrid",stage="total"} 1'));
});

meter("gauges say nothing until something is known", async () => {
  assert.equal(await series("km_ingest_last_success_timestamp_seconds"), []);
});

meter("adds, sets and observes", async () => {
  const chunks = await series("km_ingest_chunks_total", ({ meter }) => {
    meter.add("km_ingest_chunks_total", { source: "api", action: "written" }, 7);
    meter.add("km_ingest_chunks_total", { source: "api", action: "written" });
  });
  assert.ok(chunks.includes('km_ingest_chunks_total{source="api",action="written"} 8'));
  const behind = await series("km_index_commits_behind", (t) =>
    t.meter.set("km_index_commits_behind", { source: "api" }, 4),
  );
  assert.equal(behind, ['km_index_commits_behind{source="api"} 4']);
  const search = await series("km_search_duration_seconds", (t) =>
    t.meter.observe("km_search_duration_seconds", { mode: "hybrid", stage: "total" }, 0.03),
  );
  assert.ok(search.includes('km_search_duration_seconds_bucket{le="0.04",mode="hybrid",stage="total"} 1'));
  assert.ok(search.includes('km_search_duration_seconds_bucket{le="0.02",mode="hybrid",stage="total"} 0'));
});

meter("what is not declared is refused", () => {
  assert.match(
    thrown((t) => t.meter.add("km_other_total", {})),
    /no metric is declared with the name 'km_other_total'/,
  );
  assert.match(
    thrown((t) => t.meter.add("km_quota_refusals_total", {})),
    /needs the label 'method'/,
  );
  const strange = { method: "a", path: "b" };
  assert.match(
    thrown((t) => t.meter.add("km_quota_refusals_total", strange)),
    /has no label 'path'/,
  );
  assert.match(
    thrown((t) => t.meter.set("km_quota_refusals_total", { method: "a" }, 1)),
    /is a counter/,
  );
});

meter("values beyond a label's bound are counted together", async () => {
  const closed = await series("km_search_requests_total", ({ meter }) => {
    meter.add("km_search_requests_total", { mode: "DROP TABLE", outcome: "hits" });
  });
  assert.ok(closed.includes('km_search_requests_total{mode="other",outcome="hits"} 1'));
  const many = await series("km_ingest_queue_depth", ({ meter }) => {
    for (let i = 0; i < 100; i++) meter.set("km_ingest_queue_depth", { queue: `queue-${i}` }, 1);
    meter.set("km_ingest_queue_depth", { queue: 'x"}\n' }, 85);
  });
  assert.is(many.length, 17);
  assert.ok(many.includes('km_ingest_queue_depth{queue="other"} 85'));
});

meter("two telemetries in one process share nothing", async () => {
  const first = opened();
  first.meter.add("km_quota_limiter_failures_total", {}, 5);
  assert.equal(await series("km_quota_limiter_failures_total"), ["km_quota_limiter_failures_total 0"]);
  first.close();
});

meter("names follow the customs of Prometheus, defaults of the process included", async () => {
  const telemetry = opened();
  const types = [...(await telemetry.metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  telemetry.close();
  assert.ok(types.some(([, name]) => name === "process_cpu_seconds_total"));
  for (const [, name = "", type] of types) {
    assert.is(name.endsWith("_total"), type === "counter", `${name} is a ${type}`);
    assert.match(name, /^[a-z][a-z0-9_]*$/);
  }
  for (const { name, help, type } of describeMetrics()) {
    assert.match(name, /^km_/);
    assert.match(help, /^[A-Z].*\.$/);
    if (/duration|delay/.test(name)) assert.ok(name.endsWith("_seconds") && type === "histogram", name);
  }
});

meter("the names that alerts, smoke test and docs share are there", () => {
  const declared = new Map(describeMetrics().map((m) => [m.name, Object.keys(m.labels).join()]));
  const shared = [
    "km_ingest_runs_total source,state",
    "km_ingest_duration_seconds stage",
    "km_ingest_files_total source,action",
    "km_ingest_chunks_total source,action",
    "km_ingest_last_success_timestamp_seconds source",
    "km_index_commits_behind source",
    "km_ingest_queue_depth queue",
    "km_search_duration_seconds mode,stage",
    "km_search_requests_total mode,outcome",
    "km_graph_duration_seconds method",
    "km_backend_duration_seconds backend,operation",
    "km_backend_errors_total backend,operation,code",
    "km_coverage_files source,class",
    "km_quota_refusals_total method",
    "km_auth_refusals_total reason",
    "km_ledger_appends_total outcome",
    "km_plugin_healthy plugin",
    "km_event_loop_delay_seconds ",
  ];
  for (const line of shared) {
    const [name = "", labels] = line.split(" ");
    assert.is(declared.get(name), labels, name);
  }
});

meter("the backends that are declared are those that the adapters name", () => {
  const named = [...sourceFiles("src/adapters").values()].flatMap((text) => [...text.matchAll(/\bbackend: "(.+?)"/g)]);
  const backends = [...new Set(named.map(([, name]) => name))].sort();
  for (const name of ["km_backend_duration_seconds", "km_backend_errors_total"])
    assert.equal(describeMetrics().find((metric) => metric.name === name)?.labels["backend"], backends);
});

meter("a span without tracing runs its work and passes on what it throws", async () => {
  const { tracer, close } = opened();
  const done = await tracer.span("x", {}, async (span) => {
    span.attribute("a", 1);
    return 7;
  });
  assert.is(done, 7);
  const error = new Error("no");
  await tracer.span("x", {}, () => Promise.reject(error)).then(assert.unreachable, (e) => assert.is(e, error));
  close();
});

meter.run();
