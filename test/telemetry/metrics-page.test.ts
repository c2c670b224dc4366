import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { collectDefaultMetrics, Registry } from "prom-client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { currentRuntime, projectFile } from "../../src/runtime/mod.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";
import { metricsPage } from "../support/metrics-page.ts";
import { foreignMetrics, runtimeMetrics } from "../support/runtime-metrics.ts";

const page = suite("docs/metrics.md");

page("says what the declarations say (KM_TEST_UPDATE=1 writes it anew)", () => {
  const path = projectFile("docs/metrics.md");
  if (process.env["KM_TEST_UPDATE"] === "1") writeFileSync(path, metricsPage());
  assert.is(readFileSync(path, "utf8"), metricsPage());
});

// The list is of Node on Linux: elsewhere prom-client finds less to measure.
if (process.platform === "linux" && currentRuntime().name === "node") {
  page("what it says of the process is what prom-client measures and the gateway shows", async () => {
    const of = { logFormat: "json", logLevel: "silent", version: "", runtime: "", sources: [] } as const;
    const telemetry = openTelemetry(of);
    const text = await telemetry.metrics.text();
    telemetry.close();
    const shown = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    assert.equal(
      runtimeMetrics,
      foreignMetrics(registry).filter(({ name }) => shown.has(name)),
    );
  });
}

page.run();
