import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AuditKind, AuditOutcome, type AuditServiceImplementation } from "../../../gen/knowledge/v1/audit_service.ts";
import { manualClock, memoryAuditLedger } from "../../../src/adapters/memory/mod.ts";
import type { AuditLedger, CallExtension, Telemetry } from "../../../src/ports/mod.ts";
import { auditService, checkLedger } from "../../../src/services/audit/mod.ts";
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

async function filled(clock = manualClock(), ledger = memoryAuditLedger(clock)): Promise<Handlers> {
  await ledger.append(sampleEntry(), never);
  const run = sampleRun({ state: "failed", error: { reason: "R", message: "m", stage: "s", path: "p" } });
  await ledger.append(sampleEntry({ outcome: "failed", startedSequence: 1, run }), never);
  await ledger.append(sampleEntry({ kind: "restore", outcome: "planned", source: "", run: undefined }), never);
  await ledger.append(sampleEntry({ source: "secret" }), never);
  return auditService(ledger, new Uint8Array(32), clock).implementation as Handlers;
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

test("verifies for tokens that see everything, and for no others", async () => {
  const api = await filled();
  const found = await api.verifyLedger({ fromSequence: 0, toSequence: 0 }, call());
  assert.equal([found.intact, found.entriesChecked, found.headSequence, found.problem], [true, 4, 4, ""]);
  assert.is(found.headHash?.length, 32);
  assert.is((await api.verifyLedger({ fromSequence: 2, toSequence: 3 }, call())).entriesChecked, 2);
  const limited = () => api.verifyLedger({ fromSequence: 0, toSequence: 0 }, call(["docs"]));
  assert.is(await faultOf(limited), "forbidden SOURCES_LIMITED");
  const backwards = () => api.verifyLedger({ fromSequence: 3, toSequence: 2 }, call());
  assert.is(await faultOf(backwards), "invalid INVALID_ARGUMENT");
});

test("exports oldest first in batches of at most 500, and reads no further than one batch ahead", async () => {
  const clock = manualClock();
  const inner = memoryAuditLedger(clock);
  let reads = 0;
  const ledger: AuditLedger = {
    ...inner,
    read: (...args) => {
      reads += 1;
      return inner.read(...args);
    },
  };
  const api = await filled(clock, ledger);
  for (let i = 0; i < 2_100; i += 1) await ledger.append(sampleEntry(), never);
  const seen: number[] = [];
  const sizes: number[] = [];
  for await (const reply of api.exportEntries({ afterSequence: 2 }, call())) {
    if (sizes.length === 0) assert.is(reads, 2);
    sizes.push(reply.entries?.length ?? 0);
    seen.push(...(sequences(reply) as number[]));
  }
  assert.equal(sizes, [500, 500, 500, 500, 102]);
  assert.equal(
    seen,
    Array.from({ length: 2_102 }, (_, i) => i + 3),
  );
  const mine: unknown[] = [];
  for await (const reply of api.exportEntries({ afterSequence: 0 }, call(["secret"]))) mine.push(sequences(reply));
  assert.equal(mine, [[4]]);
  for await (const _ of api.exportEntries({ afterSequence: 9_999 }, call())) assert.unreachable();
});

test("watches from a sequence, from the first or from now on, with heartbeats", async () => {
  const clock = manualClock();
  const ledger = memoryAuditLedger(clock);
  const api = await filled(clock, ledger);
  const over = new AbortController();
  const watch = (afterSequence: number | undefined) =>
    api.watchEntries({ afterSequence }, { ...call(), signal: over.signal })[Symbol.asyncIterator]();
  const next = async (tail: AsyncIterator<{ entries?: readonly { sequence?: number }[] }>) =>
    sequences((await tail.next()).value ?? {});
  assert.equal(await next(watch(0)), [1, 2, 3, 4]);
  assert.equal(await next(watch(3)), [4]);
  const tail = watch(undefined);
  const first = next(tail);
  await asleep(clock);
  await ledger.append(sampleEntry(), never);
  await clock.advance(1_000);
  assert.equal(await first, [5]);
  const beat = next(tail);
  for (let i = 0; i < 80; i += 1) {
    await asleep(clock);
    await clock.advance(200);
  }
  assert.equal(await beat, []);
  const last = faultOf(() => tail.next());
  await asleep(clock);
  over.abort();
  assert.is(await last, "cancelled CANCELLED");
  assert.is(clock.sleeping(), 0);
});

/** Until the tail has nothing to do but wait. */
async function asleep(clock: ReturnType<typeof manualClock>): Promise<void> {
  for (let turn = 0; turn < 50 && clock.sleeping() === 0; turn += 1) await Promise.resolve();
}

test("the check tells the metrics, and lets old entries go only from a chain that is whole", async () => {
  const clock = manualClock();
  const inner = memoryAuditLedger(clock);
  for (let i = 0; i < 3; i += 1) await inner.append(sampleEntry(), never);
  await clock.advance(10 * 86_400_000);
  const gauges: [string, number][] = [];
  const lines: string[] = [];
  const log = {
    info: (_: unknown, text: string) => lines.push(text),
    error: (_: unknown, text: string) => lines.push(text),
  };
  const telemetry = {
    log,
    meter: { set: (name: string, _: unknown, value: number) => gauges.push([name, value]) },
  } as unknown as Telemetry;
  const broken = {
    intact: false,
    checked: 1,
    headSequence: 3,
    headHash: "",
    firstBad: 2,
    problem: "entry 2 was changed",
  };
  const tampered: AuditLedger = { ...inner, verify: async () => broken };
  await checkLedger({ ledger: tampered, telemetry, clock }, { retentionDays: 1 }, never);
  assert.ok(await inner.get(1, never));
  await checkLedger({ ledger: inner, telemetry, clock }, { retentionDays: 0 }, never);
  assert.ok(await inner.get(1, never));
  await checkLedger({ ledger: inner, telemetry, clock }, { retentionDays: 1 }, never);
  assert.is(await inner.get(2, never), undefined);
  assert.equal(gauges, [
    ["km_ledger_intact", 0],
    ["km_ledger_intact", 1],
    ["km_ledger_intact", 1],
  ]);
  assert.match(lines[0]!, /tampered/);
});

test.run();
