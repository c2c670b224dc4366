/** A statement of a caller's own. */
export interface CypherQuestion {
  readonly statement: string;
  /** Values by name: JSON's kinds, whole numbers as integers. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Rows at most. */
  readonly limit: number;
}

export interface CypherAnswer {
  readonly columns: readonly string[];
  /** A JSON array for each row. */
  readonly rows: readonly string[];
  /** Whether there are more rows than the limits let through. */
  readonly truncated: boolean;
}

/**
 * Runs statements that only read, on the store as it is: every source, rows of unfinished runs included.
 * Rejects with Fault `invalid`, reason CYPHER_REFUSED, for one that might do more; `deadline` for one that takes too
 * long; `exhausted` when too many run, or when not one row of it fits.
 */
export interface CypherQueries {
  query(question: CypherQuestion, signal: AbortSignal): Promise<CypherAnswer>;
}
