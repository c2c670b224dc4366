import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ScheduleStore } from "../../src/ports/mod.ts";
import type { StateMaker } from "./job-store.ts";
import { never } from "./sample-run.ts";

export function schedulesContract(name: string, maker: StateMaker): void {
  const test = suite(`schedules: ${name}`);
  const during = async (work: (schedules: ScheduleStore) => Promise<void>) => {
    const { state, close } = await maker.open();
    try {
      await work(state.schedules);
    } finally {
      await close();
    }
  };
  const claim = (runner: string, dueAt = 100, nextRunAt = 200) => ({
    name: "ingest",
    dueAt,
    nextRunAt,
    runner,
    now: 150,
  });
  const ended = { outcome: "SUCCEEDED", reason: "", failuresInARow: 0, nextRunAt: undefined } as const;

  test("planning makes a schedule once, and replans it only when its expression or zone changes", () =>
    during(async (schedules) => {
      assert.equal(await schedules.all(never), []);
      const first = await schedules.plan("ingest", "*/30 * * * *", "UTC", 100, never);
      assert.equal(first, {
        name: "ingest",
        cron: "*/30 * * * *",
        timeZone: "UTC",
        paused: false,
        nextRunAt: 100,
        lastRunAt: 0,
        lastOutcome: "",
        lastReason: "",
        failuresInARow: 0,
        runner: "",
      });
      assert.equal(await schedules.plan("ingest", "*/30 * * * *", "UTC", 500, never), first);
      await schedules.setPaused("ingest", true, 100, never);
      const replanned = await schedules.plan("ingest", "*/30 * * * *", "Europe/Berlin", 500, never);
      assert.equal([replanned.nextRunAt, replanned.timeZone, replanned.paused], [500, "Europe/Berlin", true]);
      await schedules.plan("coverage", "15 2 * * *", "UTC", 900, never);
      assert.equal(
        (await schedules.all(never)).map((one) => one.name),
        ["coverage", "ingest"],
      );
      assert.is(await schedules.get("nothing", never), undefined);
    }));

  test("a due time is claimed by one of many, and nothing is claimed while a tick is at work", () =>
    during(async (schedules) => {
      await schedules.plan("ingest", "c", "UTC", 100, never);
      const many = Array.from({ length: 8 }, (_, i) => schedules.claim(claim(`tick-${i}`), never));
      assert.is((await Promise.all(many)).filter(Boolean).length, 1);
      const now = await schedules.get("ingest", never);
      assert.equal([now?.nextRunAt, now?.lastRunAt, now?.runner.startsWith("tick-")], [200, 150, true]);
      assert.is(await schedules.claim(claim("late"), never), false);
      assert.is(await schedules.claim(claim("early", 200, 300), never), false);
      assert.is(await schedules.finish("ingest", now!.runner, ended, never), true);
      assert.is(await schedules.claim(claim("next", 200, 300), never), true);
      assert.is(await schedules.claim({ ...claim("x"), name: "nothing" }, never), false);
    }));

  test("a tick that is not at work any more can't end anything", () =>
    during(async (schedules) => {
      await schedules.plan("ingest", "c", "UTC", 100, never);
      assert.is(await schedules.finish("ingest", "", ended, never), false);
      await schedules.claim(claim("first"), never);
      const failed = { outcome: "FAILED", reason: "DISK_FULL", failuresInARow: 3, nextRunAt: 170 } as const;
      assert.is(await schedules.finish("ingest", "first", failed, never), true);
      await schedules.claim(claim("second", 170, 200), never);
      assert.is(await schedules.finish("ingest", "first", ended, never), false);
      const now = await schedules.get("ingest", never);
      assert.equal(
        [now?.runner, now?.lastOutcome, now?.lastReason, now?.failuresInARow, now?.nextRunAt],
        ["second", "FAILED", "DISK_FULL", 3, 200],
      );
    }));

  test("pausing and resuming are kept, with the due time they set", () =>
    during(async (schedules) => {
      assert.is(await schedules.setPaused("ingest", true, 1, never), undefined);
      await schedules.plan("ingest", "c", "UTC", 100, never);
      assert.is((await schedules.setPaused("ingest", true, 100, never))?.paused, true);
      const resumed = await schedules.setPaused("ingest", false, 700, never);
      assert.equal([resumed?.paused, resumed?.nextRunAt], [false, 700]);
      assert.equal(await schedules.get("ingest", never), resumed);
    }));

  test.run();
}
