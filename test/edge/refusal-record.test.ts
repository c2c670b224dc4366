import { type ClientError, Status } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { manualClock, memoryAuditLedger } from "../../src/adapters/memory/mod.ts";
import { Fault } from "../../src/domain/mod.ts";
import { refusalRecord, strangerRefusal } from "../../src/edge/refusal-record.ts";
import { never } from "../contract/sample-run.ts";
import { Recorder, readerToken, startEdge } from "../support/edge-harness.ts";

const test = suite("edge: refused callers in the ledger");
const fault = new Fault("unauthenticated", "no");
const stranger = (peer: string) => strangerRefusal(peer, fault, "/s/M", "request-1");

test("one entry a caller and minute, and the others as a number", async () => {
  const clock = manualClock();
  const ledger = memoryAuditLedger(clock);
  const record = refusalRecord({ ledger, clock, log: new Recorder().log });
  for (let i = 0; i < 1_000; i += 1) record.add(stranger("10.0.0.1"));
  record.add(stranger("10.0.0.2"));
  await clock.advance(60_000);
  record.add(stranger("10.0.0.1"));
  record.add(stranger("10.0.0.1"));
  record.add(stranger("10.0.0.1"));
  await record.flush();
  const entries = await ledger.read(0, 500, undefined, never);
  assert.equal(
    entries.map(({ actor, details }) => [actor.peer, details["not_recorded_before"] ?? "0"]),
    [
      ["10.0.0.1", "0"],
      ["10.0.0.2", "999"],
      ["10.0.0.1", "0"],
      ["10.0.0.1", "1"],
    ],
  );
  assert.equal([entries[0]?.kind, entries[0]?.outcome], ["access-refused", "refused"]);
  assert.equal(entries[0]?.details, { reason: "UNAUTHENTICATED", method: "/s/M" });
});

test("a flood from many addresses adds thirty entries a minute", async () => {
  const clock = manualClock();
  const ledger = memoryAuditLedger(clock);
  const record = refusalRecord({ ledger, clock, log: new Recorder().log });
  for (let i = 0; i < 5_000; i += 1) record.add(stranger(`10.0.${i >> 8}.${i & 255}`));
  await record.flush();
  assert.is((await ledger.read(0, 500, undefined, never)).length, 31);
});

test("a ledger that fails changes nothing for the caller, and is logged", async () => {
  const clock = manualClock();
  const telemetry = new Recorder();
  const ledger = { ...memoryAuditLedger(clock), append: () => Promise.reject(new Fault("unavailable", "full")) };
  const record = refusalRecord({ ledger, clock, log: telemetry.log });
  record.add(stranger("10.0.0.1"));
  await record.flush();
});

test("the server records strangers and tokens of too small a scope, and nobody who is let in", async () => {
  const ledger = memoryAuditLedger(manualClock());
  const edge = await startEdge({ ledger });
  const code = (work: Promise<unknown>) =>
    work.then(
      () => Status.OK,
      (error: ClientError) => error.code,
    );
  try {
    assert.is(await code(edge.search("x".repeat(43)).search({})), Status.UNAUTHENTICATED);
    assert.is(await code(edge.ingest(readerToken).startIngest({})), Status.PERMISSION_DENIED);
    assert.is.not(await code(edge.search(readerToken).search({})), Status.PERMISSION_DENIED);
  } finally {
    await edge.close();
  }
  const entries = await ledger.read(0, 500, undefined, never);
  assert.equal(
    entries.map(({ actor, details }) => `${actor.tokenId} ${actor.peer} ${details["reason"]} ${details["method"]}`),
    [
      " 127.0.0.1 UNAUTHENTICATED /knowledge.v1.SearchService/Search",
      "env-reader 127.0.0.1 SCOPE_TOO_SMALL /knowledge.v1.IngestService/StartIngest",
    ],
  );
});

test.run();
