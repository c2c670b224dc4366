import type { Schedule } from "../../../domain/mod.ts";
import type { ScheduleStore } from "../../../ports/mod.ts";
import type { Database } from "./database.ts";
import { type Row, sql } from "./statement.ts";

function toSchedule(row: Row): Schedule {
  return {
    name: String(row["name"]),
    cron: String(row["cron"]),
    timeZone: String(row["time_zone"]),
    paused: row["paused"] === 1,
    nextRunAt: Number(row["next_run_at"]),
    lastRunAt: Number(row["last_run_at"]),
    lastOutcome: String(row["last_outcome"]) as Schedule["lastOutcome"],
    lastReason: String(row["last_reason"]),
    failuresInARow: Number(row["failures_in_a_row"]),
    runner: String(row["runner"]),
  };
}

/** Each change is one UPDATE whose WHERE is its condition: of two processes, one finds it true. */
export function schedules(database: Database): ScheduleStore {
  const get = (name: string) => sql("SELECT * FROM schedule WHERE name = ?", name);

  return {
    async all(signal) {
      const [rows] = await database.batch("read", [sql("SELECT * FROM schedule ORDER BY name")], signal);
      return (rows ?? []).map(toSchedule);
    },

    async get(name, signal) {
      const [rows] = await database.batch("read", [get(name)], signal);
      return rows?.[0] && toSchedule(rows[0]);
    },

    async plan(name, cron, timeZone, nextRunAt, signal) {
      const results = await database.batch(
        "write",
        [
          sql(
            `INSERT INTO schedule (name, cron, time_zone, paused, next_run_at, last_run_at, last_outcome, last_reason,
               failures_in_a_row, runner) VALUES (?, ?, ?, 0, ?, 0, '', '', 0, '')
             ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, time_zone = excluded.time_zone,
               next_run_at = excluded.next_run_at
             WHERE schedule.cron <> excluded.cron OR schedule.time_zone <> excluded.time_zone`,
            name,
            cron,
            timeZone,
            nextRunAt,
          ),
          get(name),
        ],
        signal,
      );
      return toSchedule(results[1]![0]!);
    },

    async claim({ name, dueAt, nextRunAt, runner, now }, signal) {
      const [claimed] = await database.batch(
        "write",
        [
          sql(
            `UPDATE schedule SET runner = ?, next_run_at = ?, last_run_at = ?
             WHERE name = ? AND next_run_at = ? AND runner = '' RETURNING name`,
            runner,
            nextRunAt,
            now,
            name,
            dueAt,
          ),
        ],
        signal,
      );
      return claimed?.length === 1;
    },

    async finish(name, runner, { outcome, reason, failuresInARow, nextRunAt }, signal) {
      if (runner === "") return false;
      const [finished] = await database.batch(
        "write",
        [
          sql(
            `UPDATE schedule SET runner = '', last_outcome = ?, last_reason = ?, failures_in_a_row = ?,
               next_run_at = COALESCE(?, next_run_at)
             WHERE name = ? AND runner = ? RETURNING name`,
            outcome,
            reason,
            failuresInARow,
            nextRunAt ?? null,
            name,
            runner,
          ),
        ],
        signal,
      );
      return finished?.length === 1;
    },

    async setPaused(name, paused, nextRunAt, signal) {
      const results = await database.batch(
        "write",
        [
          sql("UPDATE schedule SET paused = ?, next_run_at = ? WHERE name = ?", paused ? 1 : 0, nextRunAt, name),
          get(name),
        ],
        signal,
      );
      const row = results[1]?.[0];
      return row && toSchedule(row);
    },
  };
}
