import { type CronTimes, cronTimes } from "./cron-times.ts";

export interface SchedulerSettings {
  /** Off: nothing begins by the clock; schedules can still be triggered. */
  readonly enabled: boolean;
  readonly ingestCron: string;
  readonly coverageCron: string;
  readonly timeZone: string;
  /** A tick comes up to this much later than its time, ms; never more than a tenth of the interval. */
  readonly jitterMs: number;
  /** Every ingest only plans, and no report is written. */
  readonly dryRun: boolean;
}

/** How long a tick's lease lives without a heartbeat, ms: then another gateway may take the schedule over. */
export const leaseTtlMs = 30_000;
/** A third of it, so that two heartbeats may be missed. */
export const heartbeatMs = 10_000;
/** Longest time between looks at the store, ms: a pause, or another gateway's end, is noticed within it. */
export const lookMs = 15_000;
/** How long after its start a gateway looks for the first time, ms: the start's own ingest goes first. */
export const firstLookMs = 3_000;
/** Shortest time between ticks of a schedule, ms: an expression of every second must not thrash. */
export const leastIntervalMs = 5_000;
/** The first retry of a failed tick, ms; it doubles with every failure, and the regular time caps it. */
const firstRetryMs = 30_000;
/** Longest wait for a retry, ms. */
const longestRetryMs = 1_800_000;

export function retryAfter(failuresInARow: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(20, failuresInARow - 1));
}

/** The times of each schedule, by name. @throws Error that names the variable to mend */
export function timesOf({ ingestCron, coverageCron, timeZone }: SchedulerSettings): ReadonlyMap<string, CronTimes> {
  const read = (variable: string, expression: string) => {
    try {
      return cronTimes(expression, timeZone);
    } catch (error) {
      throw new Error(`${variable}, KM_SCHEDULER_TIMEZONE: ${error instanceof Error ? error.message : error}`);
    }
  };
  return new Map([
    ["coverage", read("KM_SCHEDULER_COVERAGE_CRON", coverageCron)],
    ["ingest", read("KM_SCHEDULER_INGEST_CRON", ingestCron)],
  ]);
}
