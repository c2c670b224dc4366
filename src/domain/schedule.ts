/** What a schedule runs; also its name. */
export const scheduleNames = ["ingest", "coverage"] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/** How a tick ended. SKIPPED carries the reason: HEAD_UNCHANGED, BUSY, PAUSED, NOTHING_TO_DO. */
export const tickOutcomes = ["SUCCEEDED", "FAILED", "CANCELLED", "PLANNED", "SKIPPED", "INTERRUPTED"] as const;
export type TickOutcome = (typeof tickOutcomes)[number];

/** A schedule as it stands: what was configured, and what became of it. Times are Unix ms, 0 for none. */
export interface Schedule {
  readonly name: string;
  /** As configured when `nextRunAt` was reckoned. */
  readonly cron: string;
  readonly timeZone: string;
  readonly paused: boolean;
  /** 0: not planned (the scheduler is off). */
  readonly nextRunAt: number;
  /** When the latest tick began, skipped ones included. */
  readonly lastRunAt: number;
  /** "" before the first. */
  readonly lastOutcome: TickOutcome | "";
  /** UPPER_SNAKE; "" for a tick that went well. */
  readonly lastReason: string;
  readonly failuresInARow: number;
  /** Id of the tick that is at work, in whatever process; "" for none. */
  readonly runner: string;
}
