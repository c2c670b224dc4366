import type { IngestMode, IngestProgress, IngestRun, IngestTrigger } from "../domain/mod.ts";
import type { Asker } from "./scheduler.ts";

/** What is asked of the ingester: one run for each source, all of them or none. */
export interface IngestOrder {
  /** Names of configured sources, each once. */
  readonly sources: readonly string[];
  readonly mode: IngestMode;
  readonly dryRun: boolean;
  readonly trigger: IngestTrigger;
  readonly actor: IngestRun["actor"];
  readonly requestId: string;
  /** Why, in the caller's words; may be empty. */
  readonly reason: string;
  /**
   * Of an incremental run over one source: nothing but these paths changed since the last, as far as is known. Where
   * they can't be looked at alone, all files are.
   */
  readonly paths?: readonly string[];
}

/** Runs ingests: for the service, the scheduler, the start of the gateway and the command alike. */
export interface Ingester {
  /**
   * Starts one run a source and resolves once each holds its lease and its STARTED entry is in the ledger.
   * @throws Fault `conflict` with reason INGEST_BUSY, `run_id` and `source` in its metadata (none is started);
   * `not-found` for a source that is not configured; `precondition` with reason EMBEDDER_CHANGED; `unavailable` when
   * the ledger can't record it or the gateway is stopping.
   */
  start(order: IngestOrder, signal: AbortSignal): Promise<readonly IngestRun[]>;
  /** As it is now, live or from job state. */
  run(runId: string, signal: AbortSignal): Promise<IngestRun | undefined>;
  /**
   * Events after a sequence number, from a bounded memory (older ones are skipped), until the run has ended; the
   * last one holds the ended run. Of a run that another process has, or had, there is the last event of each stage, a
   * second late at most, and its end has a number past all of them; a gateway alone on its state keeps the end alone.
   * @throws Fault `not-found`.
   */
  watch(runId: string, afterSequence: number, signal: AbortSignal): AsyncIterable<IngestProgress>;
  /**
   * Stops a run and resolves with it once it has ended; one that has ended is given as it is. Who asked is in the
   * ledger before the run is stopped.
   * @throws Fault `not-found`; `precondition` when another process runs it; `unavailable` when the ledger can't record
   * it: the run goes on.
   */
  cancel(runId: string, asker: Asker, signal: AbortSignal): Promise<IngestRun>;
  /** Resolves with the run once it has ended. @throws Fault `not-found`. */
  ended(runId: string, signal: AbortSignal): Promise<IngestRun>;
  /**
   * Whether a run over the source would find nothing to do: same commit, clean tree, same settings and embedder as
   * served, and the last run did not fail. Costs a look at HEAD, or at some paths if nothing else changed.
   * @throws Fault `not-found`, and as Source.head.
   */
  unchanged(source: string, signal: AbortSignal, paths?: readonly string[]): Promise<boolean>;
  /**
   * Fits what is served to the configured sources: runs of sources that are gone stop, their content is served no
   * more and swept in the background. Idempotent; called at start and whenever the sources were replaced.
   */
  reconcile(signal: AbortSignal): Promise<void>;
  /** What the latest listing of a source warned of. */
  warnings(source: string): readonly string[];
}
