import { type Schedule, throwIfAborted } from "../../domain/mod.ts";
import type { ScheduleStore } from "../../ports/mod.ts";

/** The reference schedules. */
export function memorySchedules(): ScheduleStore {
  const schedules = new Map<string, Schedule>();
  const change = (name: string, changed: Partial<Schedule>): Schedule | undefined => {
    const now = schedules.get(name);
    if (now === undefined) return undefined;
    const next = { ...now, ...changed };
    schedules.set(name, next);
    return next;
  };

  return {
    async all(signal) {
      throwIfAborted(signal);
      return [...schedules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async get(name, signal) {
      throwIfAborted(signal);
      return schedules.get(name);
    },
    async plan(name, cron, timeZone, nextRunAt, signal) {
      throwIfAborted(signal);
      const kept = schedules.get(name);
      if (kept !== undefined && kept.cron === cron && kept.timeZone === timeZone) return kept;
      const fresh = {
        paused: false,
        lastRunAt: 0,
        lastOutcome: "",
        lastReason: "",
        failuresInARow: 0,
        runner: "",
      } as const;
      const planned: Schedule = { ...fresh, ...kept, name, cron, timeZone, nextRunAt };
      schedules.set(name, planned);
      return planned;
    },
    async claim({ name, dueAt, nextRunAt, runner, now }, signal) {
      throwIfAborted(signal);
      const kept = schedules.get(name);
      if (kept === undefined || kept.runner !== "" || kept.nextRunAt !== dueAt) return false;
      change(name, { runner, nextRunAt, lastRunAt: now });
      return true;
    },
    async finish(name, runner, { outcome, reason, failuresInARow, nextRunAt }, signal) {
      throwIfAborted(signal);
      const kept = schedules.get(name);
      if (kept === undefined || runner === "" || kept.runner !== runner) return false;
      change(name, {
        runner: "",
        lastOutcome: outcome,
        lastReason: reason,
        failuresInARow,
        nextRunAt: nextRunAt ?? kept.nextRunAt,
      });
      return true;
    },
    async setPaused(name, paused, nextRunAt, signal) {
      throwIfAborted(signal);
      return change(name, { paused, nextRunAt });
    },
  };
}
