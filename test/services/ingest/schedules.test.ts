import { Metadata } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestRunState, type IngestServiceImplementation } from "../../../gen/knowledge/v1/ingest_service.ts";
import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import type { Principal } from "../../../src/domain/mod.ts";
import type { CallExtension, Coverage, Scheduler } from "../../../src/ports/mod.ts";
import { ingestJob, openScheduler } from "../../../src/scheduler/mod.ts";
import { ingestService, recover } from "../../../src/services/ingest/mod.ts";
import { faultOf } from "../../contract/sample-run.ts";
import { type Bench, bench, entries, fakeSource, never, recorded } from "./harness.ts";

const test = suite("schedules over RPC");

type Handlers = Required<IngestServiceImplementation<CallExtension>>;

const principal: Principal = {
  tokenId: "admin",
  name: "admin",
  scope: "maintainer",
  sources: undefined,
  quotaClass: "",
  peer: "127.0.0.1",
};

function call(change: Partial<Principal> = {}) {
  const bare = { metadata: Metadata(), peer: "", header: Metadata(), sendHeader() {}, trailer: Metadata() };
  const more = { signal: never, requestId: "request-1", log: recorded().log };
  return { ...bare, ...more, principal: { ...principal, ...change } };
}

async function serving(): Promise<{ at: Bench; api: Handlers; scheduler: Scheduler & { idle(): Promise<void> } }> {
  const at = bench([fakeSource("docs", { "a.md": "alpha" }), fakeSource("code", { "b.ts": "beta" })]);
  const other = { name: "coverage", kind: "coverage-report" as const };
  const nothing = { runs: [], ended: Promise.resolve({ outcome: "SUCCEEDED", reason: "" } as const) };
  const jobs = [ingestJob(at), { ...other, begin: async () => nothing }];
  const scheduler = await openScheduler(
    at,
    jobs,
    {
      enabled: true,
      ingestCron: "*/30 * * * *",
      coverageCron: "15 2 * * *",
      timeZone: "Europe/Berlin",
      jitterMs: 0,
      dryRun: false,
    },
    never,
  );
  const { implementation } = ingestService({ ...at, graph: memoryGraphStore(), scheduler, coverage: {} as Coverage });
  return { at, api: implementation as Handlers, scheduler };
}

test("lists the schedules with their times, page by page", async () => {
  const { api } = await serving();
  const first = await api.listSchedules({ pageSize: 1, pageToken: "" }, call());
  const [coverage] = first.schedules!;
  assert.equal([coverage?.name, coverage?.cron, coverage?.timeZone], ["coverage", "15 2 * * *", "Europe/Berlin"]);
  assert.equal(coverage?.nextRunAt, new Date("2026-01-01T01:15:00Z"));
  assert.is(coverage?.lastRunAt, undefined);
  const second = await api.listSchedules({ pageSize: 1, pageToken: first.nextPageToken! }, call());
  assert.equal([second.schedules?.map(({ name }) => name), second.nextPageToken], [["ingest"], ""]);
  const foreign = () => api.listSchedules({ pageSize: 1, pageToken: first.nextPageToken! }, call({ tokenId: "x" }));
  assert.is(await faultOf(foreign), "invalid INVALID_ARGUMENT");
});

test("a trigger gives its runs; a repeat under one key gives the first ones", async () => {
  const { at, api, scheduler } = await serving();
  const request = { name: "ingest", idempotencyKey: "k1" };
  const first = await api.triggerSchedule(request, call());
  assert.equal(
    first.runs?.map(({ source, state }) => [source, state]),
    [
      ["docs", IngestRunState.INGEST_RUN_STATE_PENDING],
      ["code", IngestRunState.INGEST_RUN_STATE_PENDING],
    ],
  );
  await scheduler.idle();
  assert.equal(await api.triggerSchedule(request, call()), first);
  assert.is(
    await faultOf(() => api.triggerSchedule({ ...request, name: "coverage" }, call())),
    "invalid INVALID_ARGUMENT",
  );
  const again = await api.triggerSchedule({ name: "ingest", idempotencyKey: "" }, call());
  assert.equal(
    again.runs?.map(({ state, skipReason, actor }) => [state, skipReason, actor?.tokenId]),
    [
      [IngestRunState.INGEST_RUN_STATE_SKIPPED, "HEAD_UNCHANGED", "admin"],
      [IngestRunState.INGEST_RUN_STATE_SKIPPED, "HEAD_UNCHANGED", "admin"],
    ],
  );
  await scheduler.idle();
  const { schedules } = await api.listSchedules({ pageSize: 0, pageToken: "" }, call());
  assert.equal([schedules?.[1]?.lastOutcome, schedules?.[1]?.lastReason], ["SKIPPED", "HEAD_UNCHANGED"]);
  const told = (await entries(at.ledger)).filter(({ kind }) => kind === "schedule-change");
  assert.equal(
    told.map(({ details, requestId }) => [details["change"], requestId]),
    [
      ["triggered", "request-1"],
      ["triggered", "request-1"],
    ],
  );
});

test("pausing and resuming answer with the schedule, and stand in the ledger with who did it", async () => {
  const { at, api } = await serving();
  assert.is((await api.pauseSchedule({ name: "ingest" }, call())).schedule?.paused, true);
  assert.is((await api.resumeSchedule({ name: "ingest" }, call())).schedule?.paused, false);
  assert.equal(
    (await entries(at.ledger)).map(({ kind, outcome, actor }) => [kind, outcome, actor.tokenId]),
    [
      ["schedule-change", "started", "admin"],
      ["schedule-change", "succeeded", "admin"],
      ["schedule-change", "started", "admin"],
      ["schedule-change", "succeeded", "admin"],
    ],
  );
  for (const method of ["pauseSchedule", "resumeSchedule"] as const) {
    assert.is(await faultOf(() => api[method]({ name: "" }, call())), "invalid INVALID_ARGUMENT");
    assert.is(await faultOf(() => api[method]({ name: "x" }, call())), "not-found NOT_FOUND");
  }
});

test("a token limited to some sources may look, and change nothing", async () => {
  const { at, api } = await serving();
  const limited = () => call({ sources: ["docs"] });
  assert.is((await api.listSchedules({ pageSize: 0, pageToken: "" }, limited())).schedules?.length, 2);
  const refused = "forbidden TOKEN_LIMITED_TO_SOURCES";
  assert.is(await faultOf(() => api.triggerSchedule({ name: "ingest", idempotencyKey: "" }, limited())), refused);
  assert.is(await faultOf(() => api.pauseSchedule({ name: "ingest" }, limited())), refused);
  assert.is(await faultOf(() => api.resumeSchedule({ name: "ingest" }, limited())), refused);
  assert.equal(await entries(at.ledger), []);
});

test("nothing is paused that the ledger can't record; a change that a dead process began is closed", async () => {
  const { at, api, scheduler } = await serving();
  const { append } = at.ledger;
  at.ledger.append = async () => {
    throw new Error("the ledger is away");
  };
  await api.pauseSchedule({ name: "ingest" }, call()).then(
    () => assert.unreachable(),
    () => {},
  );
  assert.is(
    (await scheduler.list(never)).every(({ paused }) => !paused),
    true,
  );
  at.ledger.append = append;
  const actor = { tokenId: "t", name: "t", scope: "maintainer", peer: "" } as const;
  const begun = { kind: "schedule-change", outcome: "started", actor, requestId: "r", source: "" } as const;
  await at.ledger.append({ ...begun, run: undefined, details: { change: "paused" }, startedSequence: 0 }, never);
  await recover(at, { dryRun: false, maxFileBytes: 1, embedderChange: "rebuild", onStart: "off" }, never);
  assert.equal(await at.ledger.open(never), []);
  assert.is((await entries(at.ledger)).at(-1)?.outcome, "interrupted");
});

test.run();
