import type { Migration } from "./migrate.ts";

/**
 * Job state. `guard` makes a batch conditional without an interactive transaction: inserting a 0 breaks the named
 * constraint, and the whole batch is taken back.
 */
export const stateMigrations: readonly Migration[] = [
  [
    `CREATE TABLE IF NOT EXISTS guard (
      lease_held INTEGER CONSTRAINT lease_lost CHECK (lease_held = 1),
      growing INTEGER CONSTRAINT generation_not_growing CHECK (growing = 1)
    )`,
    "CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    `CREATE TABLE IF NOT EXISTS lease (
      name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, expires_at INTEGER NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS run (
      run_id TEXT PRIMARY KEY, source TEXT NOT NULL, state TEXT NOT NULL, started_at INTEGER NOT NULL,
      run TEXT NOT NULL
    )`,
    "CREATE INDEX IF NOT EXISTS run_newest ON run (started_at DESC, run_id DESC)",
    "CREATE INDEX IF NOT EXISTS run_by_source ON run (source, started_at DESC, run_id DESC)",
    "CREATE TABLE IF NOT EXISTS plan (run_id TEXT PRIMARY KEY, saved_at INTEGER NOT NULL)",
    `CREATE TABLE IF NOT EXISTS planned_file (
      run_id TEXT NOT NULL, path TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
      PRIMARY KEY (run_id, path)
    ) WITHOUT ROWID`,
    `CREATE TABLE IF NOT EXISTS answer (
      key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, kept_at INTEGER NOT NULL
    )`,
    "CREATE TABLE IF NOT EXISTS revision (source TEXT PRIMARY KEY, generation INTEGER NOT NULL, revision TEXT NOT NULL)",
    `CREATE TABLE IF NOT EXISTS superseded (
      source TEXT NOT NULL, generation INTEGER NOT NULL, superseded_at INTEGER NOT NULL, revision TEXT NOT NULL,
      PRIMARY KEY (source, generation)
    )`,
  ],
  [
    `CREATE TABLE IF NOT EXISTS schedule (
      name TEXT PRIMARY KEY, cron TEXT NOT NULL, time_zone TEXT NOT NULL, paused INTEGER NOT NULL,
      next_run_at INTEGER NOT NULL, last_run_at INTEGER NOT NULL, last_outcome TEXT NOT NULL, last_reason TEXT NOT NULL,
      failures_in_a_row INTEGER NOT NULL, runner TEXT NOT NULL
    )`,
    "CREATE TABLE IF NOT EXISTS retired (source TEXT PRIMARY KEY)",
  ],
  [
    `CREATE TABLE IF NOT EXISTS token (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, sources TEXT, quota_class TEXT NOT NULL,
      digest TEXT NOT NULL, former_digest TEXT NOT NULL, former_until INTEGER NOT NULL, created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL, revoked_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL
    )`,
    "CREATE TABLE IF NOT EXISTS token_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)",
    "INSERT INTO token_version (one, version) VALUES (1, 0) ON CONFLICT (one) DO NOTHING",
  ],
  [
    `CREATE TABLE IF NOT EXISTS progress (
      run_id TEXT NOT NULL, stage TEXT NOT NULL, sequence INTEGER NOT NULL, saved_at INTEGER NOT NULL,
      event TEXT NOT NULL, PRIMARY KEY (run_id, stage)
    ) WITHOUT ROWID`,
  ],
];
