import type { Schedule, TickOutcome } from "../domain/mod.ts";

/** A due time that one process takes, so that no other does. */
export interface Claim {
  readonly name: string;
  /** The due time as it was read: another value in the store means that another process was first. */
  readonly dueAt: number;
  /** The due time that follows it. */
  readonly nextRunAt: number;
  /** Id of the tick, unique. */
  readonly runner: string;
  /** Unix ms. */
  readonly now: number;
}

export interface TickEnd {
  readonly outcome: TickOutcome;
  readonly reason: string;
  readonly failuresInARow: number;
  /** Unix ms; undefined leaves the due time that the claim set, or what a resume has set since. */
  readonly nextRunAt: number | undefined;
}

/** Schedules across restarts and processes. Every change is one atomic step. */
export interface ScheduleStore {
  /** By name. */
  all(signal: AbortSignal): Promise<readonly Schedule[]>;
  get(name: string, signal: AbortSignal): Promise<Schedule | undefined>;
  /**
   * Makes the schedule, or, when its expression or zone differ from the stored ones, replaces those and the due
   * time. Equal ones are left alone: what was due while nobody ran stays due. Returns it as stored.
   */
  plan(name: string, cron: string, timeZone: string, nextRunAt: number, signal: AbortSignal): Promise<Schedule>;
  /** Takes a due time: true for exactly one of any number of equal claims, and only while no tick is at work. */
  claim(claim: Claim, signal: AbortSignal): Promise<boolean>;
  /** Ends a tick. False when `runner` is not the one at work any more: then nothing is changed. */
  finish(name: string, runner: string, end: TickEnd, signal: AbortSignal): Promise<boolean>;
  /** Pauses or resumes and sets the due time; undefined for an unknown name. */
  setPaused(name: string, paused: boolean, nextRunAt: number, signal: AbortSignal): Promise<Schedule | undefined>;
}
