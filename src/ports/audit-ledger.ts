import type { AuditEntry, AuditKind, AuditOutcome, NewAuditEntry } from "../domain/mod.ts";

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

/** The append-only record of what was done. An append that resolved is on disk. */
export interface AuditLedger {
  ready(signal: AbortSignal): Promise<void>;
  /** @throws Fault `unavailable` when it can't be recorded: the caller must then not do the work. */
  append(entry: NewAuditEntry, signal: AbortSignal): Promise<AuditEntry>;
  /** Newest first, with sequences below `before` (0: from the newest). */
  list(filter: AuditFilter, before: number, limit: number, signal: AbortSignal): Promise<readonly AuditEntry[]>;
  get(sequence: number, signal: AbortSignal): Promise<AuditEntry | undefined>;
  /** STARTED entries that nothing closed. */
  open(signal: AbortSignal): Promise<readonly AuditEntry[]>;
  close(): Promise<void>;
}
