import type { AuditEntry, AuditKind, AuditOutcome, LedgerVerification, NewAuditEntry } from "../domain/mod.ts";

export interface AuditFilter {
  readonly kinds: readonly AuditKind[];
  readonly outcomes: readonly AuditOutcome[];
  /** Token id; "" for any. */
  readonly actor: string;
  readonly source: string;
  readonly runId: string;
  /** Unix ms, inclusive; 0: no bound. */
  readonly since: number;
  /** Unix ms, exclusive; 0: no bound. */
  readonly until: number;
  /** Sources the caller may see; undefined: all. Entries without a source are then left out. */
  readonly visible: readonly string[] | undefined;
}

/**
 * The append-only record of what was done, each entry chained to the one before it by a hash. An append that
 * resolved is on disk.
 */
export interface AuditLedger {
  ready(signal: AbortSignal): Promise<void>;
  /** @throws Fault `unavailable` when it can't be recorded: the caller must then not do the work. */
  append(entry: NewAuditEntry, signal: AbortSignal): Promise<AuditEntry>;
  /** Those entries in their order and in one transaction: all of them, or none. @throws as `append` does. */
  appendAll(entries: readonly NewAuditEntry[], signal: AbortSignal): Promise<readonly AuditEntry[]>;
  /** Newest first, with sequences below `before` (0: from the newest). */
  list(filter: AuditFilter, before: number, limit: number, signal: AbortSignal): Promise<readonly AuditEntry[]>;
  /**
   * Oldest first, with sequences above `after`, at most `limit` (500 at most). `visible` as in the filter. Fewer
   * than `limit` means that there are no more for now.
   */
  read(
    after: number,
    limit: number,
    visible: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<readonly AuditEntry[]>;
  get(sequence: number, signal: AbortSignal): Promise<AuditEntry | undefined>;
  /** STARTED entries that nothing closed. */
  open(signal: AbortSignal): Promise<readonly AuditEntry[]>;
  /** Recomputes the chain from one sequence to another, both inclusive; 0: from the first, to the last. */
  verify(from: number, to: number, signal: AbortSignal): Promise<LedgerVerification>;
  /**
   * Deletes the oldest entries up to the first recorded at or after `before` (Unix ms), never the newest one, under
   * a checkpoint entry that says so; the rest still verifies. Returns how many went.
   */
  prune(before: number, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
