import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Schedule } from "../../src/domain/mod.ts";
import type { Coverage, Lease } from "../../src/ports/mod.ts";
import { coverageJob, ingestJob, openScheduler, type SchedulerSettings } from "../../src/scheduler/mod.ts";
import { faultOf } from "../contract/sample-run.ts";
import { type Bench, bench, entries, fakeSource, gate, ingest, never, order } from "../services/ingest/harness.ts";

const test = suite("scheduler");

const minute = 60_000;
/** The bench's clock begins at midnight UTC, 2026-01-01. */
const midnight = Date.UTC(2026, 0, 1);
const asker = {
  actor: { tokenId: "t1", name: "ann", scope: "maintainer", peer: "127.0.0.1" },
  requestId: "request-7",
} as const;

const defaults: SchedulerSettings = {
  enabled: true,
  ingestCron: "*/30 * * * *",
  coverageCron: "15 2 * * *",
  timeZone: "UTC",
  jitterMs: 0,
  dryRun: false,
};

interface FakeCoverage extends Pick<Coverage, "generate"> {
  readonly asked: string[];
  fails: boolean;
}

function fakeCoverage(): FakeCoverage {
  const coverage: FakeCoverage = {
    asked: [],
    fails: false,
    async generate(source) {
      if (coverage.fails) throw new Error("no disk");
      coverage.asked.push(source);
      return {} as Awaited<ReturnType<Coverage["generate"]>>;
    },
  };
  return coverage;
}

/** A scheduler on a bench, as one process has it. */
async function process(at: Bench, over: Partial<SchedulerSettings> = {}, coverage = fakeCoverage()) {
  const settings = { ...defaults, ...over };
  const jobs = [ingestJob(at), coverageJob({ ...at, coverage }, settings.dryRun)];
  const scheduler = await openScheduler(at, jobs, settings, never);
  const of = async (name: string): Promise<Schedule> =>
    (await scheduler.list(never)).find((one) => one.name === name) as Schedule;
  return {
    ...scheduler,
    coverage,
    of,
    /** Looks, and waits for what began. */
    async tick() {
      await scheduler.look();
      await scheduler.idle();
      return of("ingest");
    },
  };
}

const result = ({ lastOutcome, lastReason, failuresInARow }: Schedule) => [lastOutcome, lastReason, failuresInARow];
const ticks = (at: Bench, outcome: string, name = "ingest") =>
  at.telemetry.counted.get(`km_scheduler_runs_total ${name} ${outcome}`) ?? 0;

test("runs what is due, when it is due, and plans the next", async () => {
  const at = bench([fakeSource("docs", { "a.md": "alpha" })]);
  const one = await process(at);
  assert.is((await one.of("ingest")).nextRunAt, midnight + 30 * minute);
  assert.is((await one.of("coverage")).nextRunAt, midnight + 135 * minute);
  assert.is(await one.look(), 15_000, "looks at the store often enough to see a pause");
  assert.is((await one.of("ingest")).lastRunAt, 0);
  await at.clock.advance(30 * minute - 1);
  assert.is(await one.look(), 1);
  await at.clock.advance(1);
  const ran = await one.tick();
  assert.equal(result(ran), ["SUCCEEDED", "", 0]);
  assert.equal([ran.lastRunAt, ran.nextRunAt], [midnight + 30 * minute, midnight + 60 * minute]);
  assert.is(at.state.revisions.served().length, 1);
  const [started] = await entries(at.ledger);
  assert.equal([started?.run?.trigger, started?.actor.tokenId], ["schedule", "scheduler"]);
  assert.equal(one.coverage.asked, []);
  await at.clock.advance(105 * minute);
  await one.tick();
  assert.equal(one.coverage.asked, ["docs"]);
  assert.equal(result(await one.of("coverage")), ["SUCCEEDED", "", 0]);
});

test("an unchanged source is skipped by HEAD alone: a counter and the schedule's result, no ledger, no listing", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const at = bench([docs]);
  await ingest(at, "docs");
  const before = (await entries(at.ledger)).length;
  const one = await process(at);
  docs.list = async () => {
    throw new Error("listed");
  };
  await at.clock.advance(30 * minute);
  assert.equal(result(await one.tick()), ["SKIPPED", "HEAD_UNCHANGED", 0]);
  assert.is((await entries(at.ledger)).length, before);
  assert.equal([ticks(at, "skipped"), ticks(at, "succeeded")], [1, 0]);
});

test("of several sources only the changed one runs", async () => {
  const [docs, code] = [fakeSource("docs", { "a.md": "alpha" }), fakeSource("code", { "b.ts": "beta" })];
  const at = bench([docs, code]);
  await ingest(at, "docs");
  await ingest(at, "code");
  code.commit = "c2";
  const one = await process(at);
  const { runs } = await one.trigger("ingest", asker, never);
  assert.equal(
    runs.map(({ source, state, skipReason }) => `${source} ${state} ${skipReason}`),
    ["docs skipped HEAD_UNCHANGED", "code pending "],
  );
  await one.idle();
  assert.is(at.state.revisions.served().find(({ source }) => source === "code")?.commit, "c2");
});

test("a failed tick is tried again sooner and sooner no more, and never skipped by HEAD", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const at = bench([docs]);
  await ingest(at, "docs");
  await at.clock.advance(1_000);
  docs.commit = "c2";
  const list = docs.list;
  docs.list = async () => {
    throw new Error("the disk is away");
  };
  const one = await process(at);
  await at.clock.advance(30 * minute);
  const waits: number[] = [];
  for (let failures = 1; failures <= 8; failures += 1) {
    const failed = await one.tick();
    assert.equal(result(failed), ["FAILED", "INTERNAL", failures]);
    waits.push((failed.nextRunAt - at.clock.now()) / 1_000);
    await at.clock.advance(failed.nextRunAt - at.clock.now());
  }
  assert.equal(waits.slice(0, 5), [30, 60, 120, 240, 480], "doubling");
  assert.ok(
    waits.slice(5).every((wait) => wait <= 1_800),
    "and never later than the regular time",
  );
  // HEAD goes back to what is served, and the failure still wants its retry.
  docs.commit = "c1";
  docs.list = list;
  assert.equal(result(await one.tick()), ["SUCCEEDED", "", 0]);
  assert.is(ticks(at, "failed"), 8);
});

test("runs missed while nobody ran are made up for once; a restart forgets and repeats nothing", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const at = bench([docs]);
  const first = await process(at);
  await at.clock.advance(30 * minute);
  const ran = await first.tick();
  first.stop();
  const again = await process(at.restarted());
  assert.equal(await again.of("ingest"), ran, "as it was");
  await again.tick();
  assert.is(ticks(at, "succeeded") + ticks(at, "skipped"), 1, "the same due time is not run again");
  again.stop();
  await at.clock.advance(7 * 60 * minute);
  docs.commit = "c2";
  const late = await process(at.restarted());
  const made = await late.tick();
  assert.equal(result(made), ["SUCCEEDED", "", 0]);
  assert.is(made.nextRunAt, at.clock.now() + 30 * minute);
  await late.tick();
  assert.is(ticks(at, "succeeded"), 2, "fourteen missed, one made up");
});

test("another expression or zone replans; the same one does not", async () => {
  const at = bench([]);
  await process(at);
  await at.clock.advance(10 * minute);
  const kept = await (await process(at)).of("ingest");
  assert.is(kept.nextRunAt, midnight + 30 * minute);
  const hourly = await (await process(at, { ingestCron: "0 * * * *" })).of("ingest");
  assert.is(hourly.nextRunAt, midnight + 60 * minute);
});

test("two gateways on one store run a due time once", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const at = bench([docs]);
  const [one, two] = [await process(at), await process(at.restarted())];
  await at.clock.advance(30 * minute);
  await Promise.all([one.look(), two.look()]);
  await Promise.all([one.look(), two.look()]);
  await Promise.all([one.idle(), two.idle()]);
  assert.is((await at.state.jobs.runs({ sources: [], states: [] }, "", 10, never)).length, 1);
  assert.is(ticks(at, "succeeded"), 1);
});

test("a tick whose process ended is told as interrupted and tried again, by whoever is there", async () => {
  const at = bench([fakeSource("docs", { "a.md": "alpha" })]);
  const one = await process(at);
  await at.clock.advance(30 * minute);
  // What a process leaves that is killed in a tick: its claim, and a lease without heartbeats.
  await at.state.leases.acquire("schedule:ingest", "dead", 30_000, never);
  const due = (await one.of("ingest")).nextRunAt;
  const claim = { name: "ingest", dueAt: due, nextRunAt: due + 30 * minute, runner: "dead", now: at.clock.now() };
  await at.state.schedules.claim(claim, never);
  assert.is((await one.tick()).runner, "dead", "not before its lease has run out");
  await at.clock.advance(30_000);
  const found = await one.tick();
  assert.equal(result(found), ["INTERRUPTED", "PROCESS_ENDED", 1]);
  assert.is(found.nextRunAt, at.clock.now() + 30_000);
  assert.is(
    await at.state.schedules.finish(
      "ingest",
      "dead",
      { ...claim, outcome: "SUCCEEDED", reason: "", failuresInARow: 0 },
      never,
    ),
    false,
  );
  await at.clock.advance(30_000);
  assert.equal(result(await one.tick()), ["SUCCEEDED", "", 0]);
});

test("a tick that finds its source busy is skipped, and the ledger has it", async () => {
  const at = bench([fakeSource("docs", { "a.md": "alpha" })]);
  const held = (await at.state.leases.acquire("ingest:docs", "run-elsewhere", 60 * minute, never)) as Lease;
  const one = await process(at);
  await at.clock.advance(30 * minute);
  assert.equal(result(await one.tick()), ["SKIPPED", "BUSY", 0]);
  const [entry, ...others] = await entries(at.ledger);
  assert.equal(
    [entry?.kind, entry?.outcome, entry?.source, entry?.details],
    ["ingest-run", "skipped", "docs", { schedule: "ingest", reason: "BUSY" }],
  );
  assert.is(others.length, 0);
  assert.is(ticks(at, "busy"), 1);
  await at.state.leases.release(held);
});

test("a busy source is told of by name, however the others of its tick end", async () => {
  const [docs, code, more] = ["docs", "code", "more"].map((name) => fakeSource(name, { "a.md": name }));
  const at = bench([docs!, code!, more!]);
  for (const name of ["docs", "more"])
    await at.state.leases.acquire(`ingest:${name}`, "elsewhere", 600 * minute, never);
  const one = await process(at);
  const skips = async () => (await entries(at.ledger)).filter(({ outcome }) => outcome === "skipped");
  const told = async () =>
    (await skips()).map(({ source, details, actor }) => [source, details["reason"], actor.tokenId]);
  const both = [
    ["docs", "BUSY", "scheduler"],
    ["more", "BUSY", "scheduler"],
  ];
  await at.clock.advance(30 * minute);
  assert.equal(result(await one.tick()), ["SUCCEEDED", "", 0]);
  assert.equal(await told(), both);
  code!.commit = "c2";
  code!.list = async () => {
    throw new Error("no disk");
  };
  await at.clock.advance(30 * minute);
  assert.equal(result(await one.tick()), ["FAILED", "INTERNAL", 1]);
  assert.equal(await told(), [...both, ...both]);
});

test("a paused schedule's ticks are skipped with a ledger entry each; resuming makes up for nothing", async () => {
  const at = bench([fakeSource("docs", { "a.md": "alpha" })]);
  const one = await process(at);
  assert.is((await one.pause("ingest", asker, never)).paused, true);
  assert.is((await one.pause("ingest", asker, never)).paused, true);
  const again = await process(at.restarted());
  for (let tick = 0; tick < 2; tick += 1) {
    await at.clock.advance(30 * minute);
    assert.equal(result(await again.tick()), ["SKIPPED", "PAUSED", 0]);
  }
  assert.is(at.state.revisions.served().length, 0);
  await at.clock.advance(10 * minute);
  const resumed = await again.resume("ingest", asker, never);
  assert.equal([resumed.paused, resumed.nextRunAt], [false, midnight + 90 * minute]);
  const told = (await entries(at.ledger)).map(({ kind, outcome, details, actor }) =>
    [kind, outcome, details["change"] ?? details["reason"], actor.tokenId].join(" "),
  );
  assert.equal(told, [
    "schedule-change started paused t1",
    "schedule-change succeeded paused t1",
    "ingest-run skipped PAUSED scheduler",
    "ingest-run skipped PAUSED scheduler",
    "schedule-change started resumed t1",
    "schedule-change succeeded resumed t1",
  ]);
  assert.is(ticks(at, "paused"), 2);
});

test("triggering runs the job now, paused or off, and leaves the plan as it was", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const reading = gate<void>();
  const at = bench([docs]);
  const one = await process(at, { enabled: false });
  await one.pause("ingest", asker, never);
  docs.onRead.set("a.md", async () => {
    await reading.promise;
    return new TextEncoder().encode("alpha");
  });
  const { runs, schedule } = await one.trigger("ingest", asker, never);
  assert.equal(
    runs.map(({ source, trigger }) => [source, trigger]),
    [["docs", "schedule"]],
  );
  assert.is(schedule.nextRunAt, 0, "the scheduler is off");
  assert.is(await faultOf(() => one.trigger("ingest", asker, never)), "conflict SCHEDULE_BUSY");
  assert.is(await faultOf(() => one.trigger("nightly", asker, never)), "not-found NOT_FOUND");
  reading.resolve();
  await one.idle();
  assert.equal(result(await one.of("ingest")), ["SUCCEEDED", "", 0]);
  assert.equal((await one.trigger("coverage", asker, never)).runs, []);
  await one.idle();
  assert.equal(one.coverage.asked, ["docs"]);
});

test("a report that can't be written fails the tick, and a dry run writes none", async () => {
  const at = bench([fakeSource("docs", {})]);
  const one = await process(at);
  one.coverage.fails = true;
  await one.trigger("coverage", asker, never);
  await one.idle();
  assert.equal(result(await one.of("coverage")), ["FAILED", "INTERNAL", 1]);
  const dry = await process(at.restarted({ dryRun: true }), { dryRun: true });
  await dry.trigger("coverage", asker, never);
  await dry.idle();
  assert.equal(result(await dry.of("coverage")), ["SKIPPED", "DRY_RUN", 1]);
  assert.equal(dry.coverage.asked, []);
  await dry.trigger("ingest", asker, never);
  await dry.idle();
  assert.equal(result(await dry.of("ingest")), ["PLANNED", "DRY_RUN", 0]);
  assert.equal(at.state.revisions.served(), []);
});

test("an expression of every second does not thrash, and jitter stays within its bounds", async () => {
  const at = bench([]);
  const one = await process(at, { ingestCron: "* * * * * *", jitterMs: 60_000 });
  let last = 0;
  for (let tick = 0; tick < 5; tick += 1) {
    const { nextRunAt } = await one.of("ingest");
    assert.ok(nextRunAt - Math.max(last, at.clock.now()) >= 5_000);
    assert.ok(nextRunAt - at.clock.now() <= 6_100);
    await at.clock.advance(nextRunAt - at.clock.now());
    last = (await one.tick()).lastRunAt;
  }
  const spread = await process(bench([]), { jitterMs: 20_000 });
  const after = (await spread.of("ingest")).nextRunAt - midnight - 30 * minute;
  assert.ok(after >= 0 && after < 20_000, `${after} ms late`);
});

test("a stop ends nothing that runs, and what it interrupts is due at the next start", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const reading = gate<void>();
  docs.onRead.set("a.md", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const at = bench([docs]);
  const one = await process(at);
  const running = one.run();
  await at.clock.advance(30 * minute);
  await reading.promise;
  one.stop();
  await running;
  await at.ingester.stop();
  await one.idle();
  const stored = (await at.state.schedules.get("ingest", never)) as Schedule;
  assert.equal(result(stored), ["INTERRUPTED", "SHUTDOWN", 0]);
  assert.ok(stored.nextRunAt <= at.clock.now());
  docs.onRead.clear();
  assert.equal(result(await (await process(at.restarted())).tick()), ["SUCCEEDED", "", 0]);
});

test("a run started by hand is not disturbed, and its source is unchanged afterwards", async () => {
  const at = bench([fakeSource("docs", { "a.md": "alpha" })]);
  const one = await process(at);
  await at.ingester.start(order(["docs"]), never);
  const { runs } = await one.trigger("ingest", asker, never);
  assert.is(runs[0]?.skipReason, "BUSY");
  await one.idle();
});

test.run();
