import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Exposition } from "../../src/telemetry/exposition.ts";

// Of the twenty checks: 19.

/** The text of /metrics, held against the one that prom-client writes of the same registry. */
const test = suite("exposition");

async function agreed(registry: Registry, exposition: Exposition): Promise<string> {
  const [ours, theirs] = [await exposition.text(), await registry.metrics()];
  assert.is(ours, theirs);
  return ours;
}

test("counters, gauges and histograms are written as prom-client does, at first and after every change", async () => {
  const registry = new Registry();
  const registers = [registry];
  const exposition = new Exposition(registry);
  const calls = new Counter({
    name: "calls_total",
    help: "Calls,\nall \\ of them.",
    labelNames: ["method", "code"],
    registers,
  });
  const waiting = new Gauge({ name: "waiting", help: "Waiting.", labelNames: ["queue"], registers });
  const bare = new Counter({ name: "bare_total", help: "Without a label.", registers });
  const seconds = new Histogram({
    name: "seconds",
    help: "Durations.",
    labelNames: ["method"],
    buckets: [0.001, 0.5, 1e6],
    registers,
  });
  await agreed(registry, exposition);
  calls.inc({ method: "Search", code: "OK" }, 0);
  seconds.zero({ method: "Search" });
  await agreed(registry, exposition);
  for (const value of [0.0001, 0.4, 0.5, 7, 1e9]) seconds.observe({ method: "Search" }, value);
  calls.inc({ method: 'quote " slash \\ line \n end', code: "" }, 3);
  calls.inc({ method: "Search", code: "OK" });
  for (const value of [1e21, -0.25, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    waiting.set({ queue: "files" }, value);
    await agreed(registry, exposition);
  }
  bare.inc(2);
  const text = await agreed(registry, exposition);
  assert.match(text, 'seconds_bucket{le="0.5",method="Search"} 3\n');
  assert.match(text, 'calls_total{method="Search",code="OK"} 1\n');
  calls.remove({ method: "Search", code: "OK" });
  seconds.reset();
  assert.not.match(await agreed(registry, exposition), 'method="Search"');
  waiting.set({ queue: "files" }, Number.NaN);
  assert.match(await exposition.text(), 'waiting{queue="files"} NaN\n');
});

test("what is measured when it is read is measured by each reading", async () => {
  const registry = new Registry();
  let readings = 0;
  new Gauge({
    name: "readings",
    help: "Readings.",
    registers: [registry],
    async collect() {
      await Promise.resolve();
      readings += 1;
      this.set(readings);
    },
  });
  const exposition = new Exposition(registry);
  assert.match(await exposition.text(), "readings 1\n");
  assert.match(await exposition.text(), "readings 2\n");
  collectDefaultMetrics({ register: registry });
  const names = (text: string) => text.split("\n").filter((line) => line.startsWith("#"));
  assert.equal(names(await exposition.text()), names(await registry.metrics()));
});

test.run();
