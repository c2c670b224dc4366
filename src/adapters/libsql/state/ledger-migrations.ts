import type { Migration } from "./migrate.ts";

/**
 * The audit ledger: the entry whole as JSON, and beside it what entries are found by. Between the second and the
 * third step the entries that were there before are chained.
 */
export const ledgerMigrations: readonly Migration[] = [
  [
    `CREATE TABLE IF NOT EXISTS entry (
      sequence INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL,
      source TEXT NOT NULL, run_id TEXT NOT NULL, actor TEXT NOT NULL, started_sequence INTEGER NOT NULL,
      entry TEXT NOT NULL
    )`,
    "CREATE INDEX IF NOT EXISTS entry_kind ON entry (kind, sequence)",
    "CREATE INDEX IF NOT EXISTS entry_outcome ON entry (outcome, sequence)",
    "CREATE INDEX IF NOT EXISTS entry_source ON entry (source, sequence)",
    "CREATE INDEX IF NOT EXISTS entry_run ON entry (run_id, sequence)",
    "CREATE INDEX IF NOT EXISTS entry_actor ON entry (actor, sequence)",
    "CREATE INDEX IF NOT EXISTS entry_started ON entry (started_sequence) WHERE started_sequence > 0",
  ],
  [
    "ALTER TABLE entry ADD COLUMN previous_hash TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE entry ADD COLUMN hash TEXT NOT NULL DEFAULT ''",
  ],
  ["CREATE UNIQUE INDEX IF NOT EXISTS entry_previous ON entry (previous_hash)"],
  // Each index is a page more that an append flushes. What these find, a look at the newest entries finds as well.
  ["outcome", "source", "actor"].map((column) => `DROP INDEX IF EXISTS entry_${column}`),
  ["CREATE INDEX IF NOT EXISTS entry_begun ON entry (sequence) WHERE outcome = 'started'"],
];
