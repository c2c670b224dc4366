import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ledgerPlugin, statePlugin } from "../../../../src/adapters/libsql/mod.ts";
import { manualClock } from "../../../../src/adapters/memory/mod.ts";
import type { Telemetry } from "../../../../src/ports/mod.ts";
import { faultOf, never, sampleEntry, sampleRun } from "../../../contract/sample-run.ts";
import { type CountingMeter, countingMeter } from "../../../support/counting-meter.ts";
import { Recorder } from "../../../support/edge-harness.ts";
import { inFolder } from "../../../support/in-folder.ts";

const test = suite("calls to the libSQL job state and ledger");

function needs(meter: CountingMeter) {
  const telemetry: Telemetry = Object.assign(new Recorder(), { meter });
  return { clock: manualClock(), telemetry };
}

test("each store's reads and writes are counted, and those that fail by their code", () =>
  inFolder(async (statePath) => {
    const meter = countingMeter();
    const { value: state, stop } = await statePlugin.start(needs(meter), { statePath }, never);
    const before = { ...meter.backendCalls() };
    await state.jobs.saveRun(sampleRun(), never);
    await state.jobs.run("run-1", never);
    await state.leases.acquire("ingest:docs", "run-1", 1_000, never);
    await state.schedules.all(never);
    await state.tokens.all(never);
    await state.revisions.refresh(never);
    await state.ready(never);
    assert.equal(meter.backendCalls(), {
      ...before,
      "libsql jobs.write": 1,
      "libsql jobs.read": 1,
      "libsql leases.write": 1,
      "libsql schedules.read": 1,
      "libsql tokens.read": 1,
      "libsql revisions.read": (before["libsql revisions.read"] ?? 0) + 1,
      "libsql state.read": 1,
    });
    await stop();
    assert.is(await faultOf(() => state.jobs.run("run-1", never)), "unavailable STORE_CLOSED");
    assert.is(meter.backendCalls()["libsql jobs.read unavailable"], 1);
    assert.is(meter.backendCalls()["libsql jobs.read"], 2);
  }));

test("the ledger's reads are counted as its appends are, and those that fail by their code", () =>
  inFolder(async (statePath) => {
    const meter = countingMeter();
    const { value: ledger, stop } = await ledgerPlugin.start(needs(meter), { statePath }, never);
    const all = { kinds: [], outcomes: [], actor: "", source: "", runId: "", since: 0, until: 0, visible: undefined };
    await ledger.append(sampleEntry(), never);
    await ledger.appendAll([sampleEntry({ outcome: "interrupted", startedSequence: 1 })], never);
    assert.is((await ledger.list(all, 0, 10, never)).length, 2);
    assert.is((await ledger.read(0, 10, undefined, never)).length, 2);
    assert.is((await ledger.get(1, never))?.sequence, 1);
    await ledger.open(never);
    assert.is((await ledger.verify(0, 0, never)).intact, true);
    assert.is(await ledger.prune(0, never), 0);
    await ledger.ready(never);
    const methods = ["append", "appendAll", "list", "read", "get", "open", "verify", "prune", "ready"];
    const once = Object.fromEntries(methods.map((method) => [`libsql ledger.${method}`, 1]));
    assert.equal(meter.backendCalls(), once);
    await stop();
    assert.is(await faultOf(() => ledger.get(1, never)), "unavailable STORE_CLOSED");
    assert.equal(meter.backendCalls(), { ...once, "libsql ledger.get": 2, "libsql ledger.get unavailable": 1 });
  }));

test.run();
