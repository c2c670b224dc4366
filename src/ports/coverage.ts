import type { CoverageEntry, CoverageFilter, CoverageReport, IngestRun } from "../domain/mod.ts";

/** Where reports are kept: the newest `limit` of each source, entries pageable however many files there are. */
export interface CoverageStore {
  /**
   * Keeps entries (in path order, each path once) and then the report that `report` makes once all were taken, and
   * lets go of those past the limit. Nothing of it is seen before all of it is written. Resolves with the report.
   * @throws what the entries threw, and Fault `exhausted` when the disk is full: nothing is then kept.
   */
  save(
    source: string,
    entries: AsyncIterable<CoverageEntry>,
    report: () => CoverageReport,
    signal: AbortSignal,
  ): Promise<CoverageReport>;
  /** Newest first. A report whose file is damaged is left out. */
  reports(source: string, signal: AbortSignal): Promise<readonly CoverageReport[]>;
  /**
   * Entries of a report in path order, those after `afterPath` that the filter lets through, at most `limit`;
   * undefined when there is no such report (any more). @throws Fault `internal` when its file is damaged.
   */
  entries(
    source: string,
    reportId: string,
    filter: CoverageFilter,
    afterPath: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly CoverageEntry[] | undefined>;
}

/** Writes coverage reports and gives them out: for the service, the scheduler and the ingester alike. */
export interface Coverage {
  /**
   * Reports on the served generation of a source, between a STARTED and a closing entry in the ledger.
   * @throws Fault `not-found` for a source that is not configured; `precondition` with reason NOT_INDEXED before its
   * first run; `unavailable` when the ledger can't record it.
   */
  generate(source: string, actor: IngestRun["actor"], requestId: string, signal: AbortSignal): Promise<CoverageReport>;
  /**
   * Reports on what a run committed, in the background: nobody waits for it and trouble is only logged. After a run that
   * a watch started, within five minutes, so that a row of saves has one report; sooner when reports are asked for.
   */
  afterRun(run: IngestRun): void;
  /** Newest first; reports that are being written are waited for. */
  reports(source: string, signal: AbortSignal): Promise<readonly CoverageReport[]>;
  /** As the store's. */
  entries: CoverageStore["entries"];
}
