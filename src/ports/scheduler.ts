import type { IngestRun, Principal, Schedule } from "../domain/mod.ts";

/** Who asked, for the ledger. */
export interface Asker {
  readonly actor: Pick<Principal, "tokenId" | "name" | "scope" | "peer">;
  readonly requestId: string;
}

export interface Triggered {
  readonly schedule: Schedule;
  /** What was started, and, as SKIPPED, what was found unchanged or busy. Empty for jobs that have no runs. */
  readonly runs: readonly IngestRun[];
}

/** Starts jobs by the clock, and on demand. */
export interface Scheduler {
  /** By name. */
  list(signal: AbortSignal): Promise<readonly Schedule[]>;
  /**
   * Runs a schedule's job now, paused or not, as a tick would: unchanged sources are skipped. Resolves once its runs
   * have started. @throws Fault `not-found`; `conflict` with reason SCHEDULE_BUSY while a tick of it is at work.
   */
  trigger(name: string, asker: Asker, signal: AbortSignal): Promise<Triggered>;
  /** Idempotent. In the ledger before it is done. @throws Fault `not-found`, `unavailable`. */
  pause(name: string, asker: Asker, signal: AbortSignal): Promise<Schedule>;
  /** Next due is reckoned from now: what came due while paused is not made up for. @throws as pause. */
  resume(name: string, asker: Asker, signal: AbortSignal): Promise<Schedule>;
}
