import { Fault } from "../../../domain/mod.ts";
import type { Database } from "./database.ts";
import { sql } from "./statement.ts";

/** Step n brings version n to version n + 1. Steps are never edited once released; each is safe to repeat. */
export type Migration = readonly string[];

/** What a database is to hold. */
export interface Schema {
  /** The database as an operator knows it. */
  readonly store: string;
  /** A table that its first step made: a database without it, but with a version, is another store's. */
  readonly table: string;
}

/**
 * Brings the file to this program's version, each step in one transaction.
 * @throws Fault `precondition` when a newer program wrote it, or it holds something else.
 */
export async function migrate(
  database: Pick<Database, "batch">,
  schema: Schema,
  steps: readonly Migration[],
  signal: AbortSignal,
): Promise<void> {
  const found = await versionOf(database, schema, signal);
  if (found > steps.length)
    throw new Fault(
      "precondition",
      `${schema.store} has version ${found}, written by a newer gateway; this one knows up to ${steps.length}. ` +
        "Start the newer gateway, or restore a backup made before it ran",
      { reason: "STATE_TOO_NEW" },
    );
  for (let version = found; version < steps.length; version += 1) {
    const step = (steps[version] ?? []).map((text) => sql(text));
    await database.batch(
      "write",
      [...step, sql("DELETE FROM version"), sql("INSERT INTO version (version) VALUES (?)", version + 1)],
      signal,
    );
  }
}

/** 0 for a file that is new. @throws Fault `precondition` when it holds something else. */
export async function versionOf(
  database: Pick<Database, "batch">,
  { store, table }: Schema,
  signal: AbortSignal,
): Promise<number> {
  await database.batch("write", [sql("CREATE TABLE IF NOT EXISTS version (version INTEGER NOT NULL)")], signal);
  const look = sql(
    `SELECT (SELECT MAX(version) FROM version) AS version,
      (SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?) AS own`,
    table,
  );
  const [rows] = await database.batch("read", [look], signal);
  const version = Number(rows?.[0]?.["version"] ?? 0);
  if (version > 0 && Number(rows?.[0]?.["own"]) === 0)
    throw new Fault(
      "precondition",
      `${store} was given the database of another store: give each a database of its own`,
      {
        reason: "STORE_OF_ANOTHER",
      },
    );
  return version;
}
