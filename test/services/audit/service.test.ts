import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AuditKind, AuditOutcome, type AuditServiceImplementation } from "../../../gen/knowledge/v1/audit_service.ts";
import { manualClock, memoryAuditLedger } from "../../../src/adapters/memory/mod.ts";
import type { CallExtension } from "../../../src/ports/mod.ts";
import { auditService, notBuilt } from "../../../src/services/audit/mod.ts";
import { faultOf, never, sampleEntry, sampleRun } from "../../contract/sample-run.ts";

const test = suite("AuditService");
type Handlers = AuditServiceImplementation<CallExtension>;
type Call = Parameters<Handlers["getEntry"]>[1];

const call = (sources?: readonly string[], tokenId = "admin") =>
  ({ principal: { tokenId, name: "", scope: "maintainer", sources, quotaClass: "", peer: "" }, signal: never }) as Call;

const everything = {
  kinds: [] as AuditKind[],
  outcomes: [] as AuditOutcome[],
  actor: "",
  source: "",
  runId: "",
  since: undefined,
  until: undefined,
  pageSize: 0,
  pageToken: "",
};

async function filled(): Promise<Handlers> {
  const ledger = memoryAuditLedger(manualClock());
  await ledger.append(sampleEntry(), never);
  const run = sampleRun({ state: "failed", error: { reason: "R", message: "m", stage: "s", path: "p" } });
  await ledger.append(sampleEntry({ outcome: "failed", startedSequence: 1, run }), never);
  await ledger.append(sampleEntry({ kind: "restore", outcome: "planned", source: "", run: undefined }), never);
  await ledger.append(sampleEntry({ source: "secret" }), never);
  return auditService(ledger, new Uint8Array(32)).implementation as Handlers;
}

const sequences = (reply: { entries?: readonly { sequence?: number }[] }) => reply.entries?.map((e) => e.sequence);

test("lists newest first, filtered, page by page", async () => {
  const api = await filled();
  assert.equal(sequences(await api.listEntries(everything, call())), [4, 3, 2, 1]);
  const failed = { ...everything, outcomes: [AuditOutcome.AUDIT_OUTCOME_FAILED] };
  assert.equal(sequences(await api.listEntries(failed, call())), [2]);
  const kind = { ...everything, kinds: [AuditKind.AUDIT_KIND_RESTORE] };
  assert.equal(sequences(await api.listEntries(kind, call())), [3]);
  const first = await api.listEntries({ ...everything, pageSize: 3 }, call());
  const pageToken = first.nextPageToken!;
  const rest = await api.listEntries({ ...everything, pageSize: 3, pageToken }, call());
  assert.equal([sequences(first), sequences(rest), rest.nextPageToken], [[4, 3, 2], [1], ""]);
  assert.is(await faultOf(() => api.listEntries({ ...failed, pageToken }, call())), "invalid INVALID_ARGUMENT");
  assert.is(await faultOf(() => api.listEntries({ ...everything, pageToken }, call([]))), "no fault");
  assert.is(
    await faultOf(() => api.listEntries({ ...everything, pageToken }, call(undefined, "other"))),
    "invalid INVALID_ARGUMENT",
  );
  const odd = { ...everything, kinds: [99 as AuditKind] };
  assert.is(await faultOf(() => api.listEntries(odd, call())), "invalid INVALID_ARGUMENT");
});

test("gives an entry whole", async () => {
  const { entry } = await (await filled()).getEntry({ sequence: 2 }, call());
  assert.is(entry?.kind, AuditKind.AUDIT_KIND_INGEST_RUN);
  assert.is(entry?.outcome, AuditOutcome.AUDIT_OUTCOME_FAILED);
  assert.equal(entry?.run?.error, { reason: "R", message: "m", stage: "s", path: "p" });
  assert.equal(entry?.startedSequence, 1);
  const planned = (await (await filled()).getEntry({ sequence: 3 }, call())).entry;
  assert.equal([planned?.kind, planned?.outcome], [AuditKind.AUDIT_KIND_RESTORE, AuditOutcome.AUDIT_OUTCOME_PLANNED]);
});

test("a token limited to sources sees their entries alone", async () => {
  const api = await filled();
  assert.equal(sequences(await api.listEntries(everything, call(["docs"]))), [2, 1]);
  assert.is(await faultOf(() => api.getEntry({ sequence: 3 }, call(["docs"]))), "not-found NOT_FOUND");
  assert.is(await faultOf(() => api.getEntry({ sequence: 4 }, call(["docs"]))), "not-found NOT_FOUND");
  assert.is(await faultOf(() => api.getEntry({ sequence: 9 }, call())), "not-found NOT_FOUND");
});

test("what is not built says so", async () => {
  const api = await filled();
  const first = (stream: AsyncIterable<unknown>) => stream[Symbol.asyncIterator]().next();
  const calls = [
    () => first(api.exportEntries({ afterSequence: 0 }, call())),
    () => first(api.watchEntries({ afterSequence: undefined }, call())),
    () => api.verifyLedger({ fromSequence: 0, toSequence: 0 }, call()),
  ];
  assert.is(calls.length, notBuilt.size);
  for (const one of calls) assert.is(await faultOf(one), "unimplemented UNIMPLEMENTED");
});

test.run();
