import { Metadata } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestMode, type IngestServiceImplementation } from "../../../gen/knowledge/v1/ingest_service.ts";
import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import { Fault, insider } from "../../../src/domain/mod.ts";
import type { CallExtension } from "../../../src/ports/mod.ts";
import { coverageJob, ingestJob, openScheduler } from "../../../src/scheduler/mod.ts";
import { ingestService } from "../../../src/services/ingest/mod.ts";
import { faultOf } from "../../contract/sample-run.ts";
import { type Bench, bench, entries, fakeSource, gate, ingest, never, order, recorded } from "./harness.ts";

const test = suite("a mutation that the ledger can't record is refused and changes nothing");

type Handlers = Required<IngestServiceImplementation<CallExtension>>;

const schedules = {
  enabled: true,
  ingestCron: "*/30 * * * *",
  coverageCron: "15 2 * * *",
  timeZone: "UTC",
  jitterMs: 0,
  dryRun: false,
} as const;

function call() {
  const bare = { metadata: Metadata(), peer: "", header: Metadata(), sendHeader() {}, trailer: Metadata() };
  return { ...bare, signal: never, requestId: "request-1", log: recorded().log, principal: insider("command") };
}

/** A gateway that serves `docs`, has `ingest` paused, and is at work on `slow`. */
async function serving() {
  const [docs, slow] = [fakeSource("docs", { "a.md": "alpha" }), fakeSource("slow", { "b.md": "beta" })];
  const at = bench([docs, slow]);
  await ingest(at, "docs");
  const scheduler = await openScheduler(at, [ingestJob(at), coverageJob(at, false)], schedules, never);
  await scheduler.pause("ingest", { actor: insider("command"), requestId: "" }, never);
  const reading = gate<void>();
  slow.onRead.set("b.md", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const [run] = await at.ingester.start(order(["slow"]), never);
  await reading.promise;
  const { implementation } = ingestService({ ...at, graph: memoryGraphStore(), scheduler });
  return { at, scheduler, api: implementation as Handlers, runId: run!.runId };
}

/** All that a mutation could have changed. */
async function standing(at: Bench, runId: string) {
  return {
    served: at.state.revisions.served(),
    runs: await at.state.jobs.runs({ sources: [], states: [] }, "", 100, never),
    slow: (await at.ingester.run(runId, never))?.state,
    schedules: await at.state.schedules.all(never),
    reports: await at.coverage.reports("docs", never),
    ledger: await entries(at.ledger),
  };
}

const key = { idempotencyKey: "" };
const start = { ...key, sources: ["docs"], mode: IngestMode.INGEST_MODE_FULL, validateOnly: false, reason: "" };
const mutations: Readonly<Record<string, (api: Handlers, runId: string) => Promise<unknown>>> = {
  StartIngest: (api) => api.startIngest(start, call()),
  CancelIngestRun: (api, runId) => api.cancelIngestRun({ runId }, call()),
  GenerateCoverage: (api) => api.generateCoverage({ ...key, source: "docs" }, call()),
  "TriggerSchedule ingest": (api) => api.triggerSchedule({ ...key, name: "ingest" }, call()),
  "TriggerSchedule coverage": (api) => api.triggerSchedule({ ...key, name: "coverage" }, call()),
  PauseSchedule: (api) => api.pauseSchedule({ name: "coverage" }, call()),
  ResumeSchedule: (api) => api.resumeSchedule({ name: "ingest" }, call()),
};

for (const [name, mutate] of Object.entries(mutations))
  test(name, async () => {
    const { at, api, scheduler, runId } = await serving();
    const before = await standing(at, runId);
    const { append } = at.ledger;
    at.ledger.append = async () => {
      throw new Fault("unavailable", "the ledger is away", { reason: "LEDGER_UNAVAILABLE" });
    };
    assert.is(await faultOf(() => mutate(api, runId)), "unavailable LEDGER_UNAVAILABLE");
    await scheduler.idle();
    assert.equal(await standing(at, runId), before);
    at.ledger.append = append;
    await mutate(api, runId);
    assert.ok((await entries(at.ledger)).length > before.ledger.length, "nothing is held that was refused");
    await at.ingester.stop();
    await scheduler.idle();
  });

test.run();
