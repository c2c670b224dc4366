import { suite } from "uvu";
import * as assert from "uvu/assert";
import { measureLag, watchLag } from "../../../src/services/ingest/coverage/watch-lag.ts";
import { recallRuns } from "../../../src/services/ingest/run-metrics.ts";
import { type Bench, bench, fakeSource, ingest, never, recorded } from "./harness.ts";

const test = suite("what the metrics say of sources");
const files = { "a.ts": "one\n", "c.bin": "\0" };

/** A run, and the report that follows it. */
async function reported(at: Bench): Promise<void> {
  await ingest(at, "a");
  await at.coverage.reports("a", never);
}

test("an index that no run refreshes is seen to fall behind HEAD", async () => {
  const source = fakeSource("a", files);
  const at = bench([source, fakeSource("never indexed", {})]);
  await reported(at);
  const lag = () => at.telemetry.counted.get("km_index_commits_behind a");
  assert.is(lag(), 0);
  source.commit = "c2";
  await measureLag(at, never);
  assert.is(lag(), 1);
  assert.is(at.telemetry.counted.has("km_index_commits_behind never indexed"), false);
});

test("it is looked at once a minute, whatever went wrong before, until the stop", async () => {
  const source = fakeSource("a", files);
  const at = bench([source]);
  await reported(at);
  let trouble = true;
  const served = () => {
    if (!trouble) return at.state.revisions.served();
    trouble = false;
    throw new Error("for once");
  };
  const watching = watchLag({ ...at, state: { revisions: { served } } });
  source.commit = "c2";
  await at.clock.advance(0);
  await at.clock.advance(59_000);
  assert.is(at.telemetry.counted.get("km_index_commits_behind a"), 0);
  await at.clock.advance(1_000);
  assert.is(at.telemetry.counted.get("km_index_commits_behind a"), 1);
  assert.ok(at.telemetry.lines.some(({ message }) => message === "how far HEAD is ahead could not be measured"));
  await watching.stop();
});

test("files that runs have not stored yet are counted while they work, and none is left by a run that fails", async () => {
  const source = fakeSource("a", { "a.ts": "one\n", "b.ts": "two\n" });
  const at = bench([source]);
  const waiting = () => at.telemetry.counted.get("km_ingest_queue_depth files");
  assert.equal([waiting(), at.telemetry.counted.get("km_ingest_queue_depth runs")], [0, 0]);
  const seen: unknown[] = [];
  source.onRead.set("a.ts", async () => {
    seen.push(waiting());
    return new TextEncoder().encode("one\n");
  });
  await ingest(at, "a");
  assert.equal([seen[0], waiting()], [2, 0]);
  for (const path of ["a.ts", "b.ts"]) source.files.set(path, "three\n");
  source.onRead.set("b.ts", async () => {
    throw new Error("the disk is gone");
  });
  await ingest(at, "a");
  assert.is(waiting(), 0);
});

test("a failed run says so until one succeeds, a restart included; dry and cancelled runs say nothing", async () => {
  const source = fakeSource("a", files);
  const at = bench([source]);
  const said = (telemetry = at.telemetry) => telemetry.counted.get("km_ingest_last_run_succeeded a");
  await ingest(at, "a");
  assert.is(said(), 1);
  source.files.set("a.ts", "two\n");
  source.onRead.set("a.ts", async () => {
    throw new Error("the disk is gone");
  });
  await ingest(at, "a");
  assert.is(said(), 0);
  await ingest(at, "a", { dryRun: true });
  assert.is(said(), 0);

  const telemetry = recorded();
  await recallRuns({ ...at, telemetry }, never);
  assert.is(said(telemetry), 0);
  const succeeded = "km_ingest_last_success_timestamp_seconds a";
  assert.is(telemetry.counted.get(succeeded), at.telemetry.counted.get(succeeded));

  source.onRead.clear();
  await ingest(at, "a");
  assert.is(said(), 1);
});

test("files that are not indexed are counted by reason, and a reason that is gone falls to zero", async () => {
  const source = fakeSource("a", files);
  const at = bench([source]);
  await reported(at);
  assert.is(at.telemetry.counted.get("km_coverage_reasons a BINARY"), 1);
  assert.is(at.telemetry.counted.get("km_index_chunks a"), 1);
  source.files.delete("c.bin");
  await at.clock.advance(1);
  await reported(at);
  assert.is(at.telemetry.counted.get("km_coverage_reasons a BINARY"), 0);
});

test.run();
