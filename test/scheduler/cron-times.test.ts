import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cronTimes } from "../../src/scheduler/cron-times.ts";
import { schedulerPlugin } from "../../src/scheduler/mod.ts";

const test = suite("cron times");
const after = (expression: string, zone: string, from: string) =>
  new Date(cronTimes(expression, zone).after(Date.parse(from))).toISOString();

test("gives the first time after a moment, in the zone asked for", () => {
  assert.is(after("*/30 * * * *", "UTC", "2026-01-01T00:00:00Z"), "2026-01-01T00:30:00.000Z");
  assert.is(after("*/30 * * * *", "UTC", "2026-01-01T00:29:59.999Z"), "2026-01-01T00:30:00.000Z");
  assert.is(after("15 2 * * *", "UTC", "2026-01-01T02:15:00Z"), "2026-01-02T02:15:00.000Z");
  assert.is(after("15 2 * * *", "Asia/Tokyo", "2026-01-01T00:00:00Z"), "2026-01-01T17:15:00.000Z");
  assert.is(after("0 9 * * 1-5", "UTC", "2026-01-02T10:00:00Z"), "2026-01-05T09:00:00.000Z");
  assert.is(after("*/10 * * * * *", "UTC", "2026-01-01T00:00:01Z"), "2026-01-01T00:00:10.000Z");
});

test("a time that the clocks leave out comes at the end of the gap; one that comes twice runs once", () => {
  assert.is(after("15 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00.000Z");
  const first = after("15 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z");
  assert.is(first, "2026-10-25T00:15:00.000Z");
  assert.is(after("15 2 * * *", "Europe/Berlin", first), "2026-10-26T01:15:00.000Z");
});

test("what is wrong with an expression or a zone is told before anything starts, by the variable's name", () => {
  const sound = { enabled: true, ingestCron: "@hourly", coverageCron: "@daily", timeZone: "UTC", jitterMs: 0 };
  const problem = (over: object) => {
    try {
      schedulerPlugin.config({ ...sound, ...over });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.is(problem({}), "");
  assert.match(problem({ ingestCron: "every day" }), /^KM_SCHEDULER_INGEST_CRON.*'every day'/);
  assert.match(problem({ ingestCron: "61 * * * *" }), /KM_SCHEDULER_INGEST_CRON.*out of range/);
  assert.match(problem({ coverageCron: "0 0 30 2 *" }), /KM_SCHEDULER_COVERAGE_CRON.*never comes/);
  assert.match(problem({ timeZone: "Mars/Phobos" }), /KM_SCHEDULER_TIMEZONE.*Mars\/Phobos/);
});

test.run();
