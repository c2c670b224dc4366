import type { IngestProgress, IngestRun, PlannedFile, RunState } from "../domain/mod.ts";

export interface RunFilter {
  /** Empty: all. */
  readonly sources: readonly string[];
  readonly states: readonly RunState[];
}

/** A first answer kept for repeats of the same idempotency key. */
export interface KeptAnswer {
  /** Hash of method, principal and arguments. */
  readonly fingerprint: string;
  /** JSON. */
  readonly answer: string;
}

/** Persisted state of jobs: runs, plans, first answers. Survives restarts; may be shared by several gateways. */
export interface JobStore {
  /** Inserts or replaces by run id. */
  saveRun(run: IngestRun, signal: AbortSignal): Promise<void>;
  /** All of them or none. */
  saveRuns(runs: readonly IngestRun[], signal: AbortSignal): Promise<void>;
  run(runId: string, signal: AbortSignal): Promise<IngestRun | undefined>;
  /** Those of the runs that there are, in any order. */
  runsById(runIds: readonly string[], signal: AbortSignal): Promise<readonly IngestRun[]>;
  /** Newest first by start time then run id; after the run named by `after` ("" for the first page). */
  runs(filter: RunFilter, after: string, limit: number, signal: AbortSignal): Promise<readonly IngestRun[]>;
  /** Replaces a run's plan, kept 24 hours. */
  savePlan(runId: string, files: readonly PlannedFile[], signal: AbortSignal): Promise<void>;
  /** In path order, after `afterPath`; undefined when the run has no plan (any more). */
  plan(
    runId: string,
    afterPath: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly PlannedFile[] | undefined>;
  /** Keeps the events of a run, the last one of each stage, for 24 hours: its watchers on other gateways read them. */
  saveProgress(events: readonly IngestProgress[], signal: AbortSignal): Promise<void>;
  /** What is kept of a run after a sequence number, in order. */
  progress(runId: string, afterSequence: number, signal: AbortSignal): Promise<readonly IngestProgress[]>;
  /** Keeps `answer` under the key unless one less than 24 hours old is there; returns the one that is kept. */
  keepAnswer(key: string, answer: KeptAnswer, signal: AbortSignal): Promise<KeptAnswer>;
  keptAnswer(key: string, signal: AbortSignal): Promise<KeptAnswer | undefined>;
}
