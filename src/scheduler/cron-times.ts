import { CronTime } from "cron";

/** The times an expression names. */
export interface CronTimes {
  /** The first one after a moment, Unix ms. */
  after(ms: number): number;
}

/**
 * Five fields, or six with seconds first. On the days when clocks change, a time that is left out comes at the end
 * of the gap, and one that comes twice runs once.
 * @throws Error whose message says what is wrong with the expression or the zone
 */
export function cronTimes(expression: string, timeZone: string): CronTimes {
  let times: CronTime;
  try {
    times = new CronTime(expression, timeZone);
  } catch (error) {
    throw new Error(`'${expression}' in the zone '${timeZone}': ${firstLine(error)}`);
  }
  const after = (ms: number) => {
    try {
      return times.getNextDateFrom(new Date(ms), timeZone).toMillis();
    } catch (error) {
      throw new Error(`'${expression}' never comes: ${firstLine(error)}`);
    }
  };
  after(Date.UTC(2026, 0, 1)); // an expression of dates that don't exist is refused now
  return { after };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
