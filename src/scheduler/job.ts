import type { AuditKind, IngestRun, TickOutcome } from "../domain/mod.ts";
import type { Asker } from "../ports/mod.ts";

export interface TickResult {
  readonly outcome: TickOutcome;
  /** UPPER_SNAKE; "" when it went well. */
  readonly reason: string;
}

/** A tick that has begun. */
export interface Begun {
  /** What was started, and what was skipped instead. */
  readonly runs: readonly IngestRun[];
  /** Never rejects. */
  readonly ended: Promise<TickResult>;
}

/** What a schedule does. */
export interface Job {
  readonly name: string;
  /** What the ledger calls it. */
  readonly kind: AuditKind;
  /** Starts the work; what it can't start it says in the result. `signal` aborts when the gateway stops. */
  begin(asker: Asker, signal: AbortSignal): Promise<Begun>;
}
