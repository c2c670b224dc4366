import { Fault } from "../../../domain/mod.ts";
import type { Database } from "./database.ts";
import { sql } from "./statement.ts";

/** Step n brings version n to version n + 1. Steps are never edited once released; each is safe to repeat. */
export type Migration = readonly string[];

/**
 * Brings the file to this program's version, each step in one transaction.
 * @throws Fault `precondition` when a newer program wrote it.
 */
export async function migrate(
  database: Pick<Database, "batch">,
  store: string,
  steps: readonly Migration[],
  signal: AbortSignal,
): Promise<void> {
  const found = await versionOf(database, signal);
  if (found > steps.length)
    throw new Fault(
      "precondition",
      `${store} has version ${found}, written by a newer gateway; this one knows up to ${steps.length}. ` +
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

/** 0 for a file that is new. */
export async function versionOf(database: Pick<Database, "batch">, signal: AbortSignal): Promise<number> {
  await database.batch("write", [sql("CREATE TABLE IF NOT EXISTS version (version INTEGER NOT NULL)")], signal);
  const [rows] = await database.batch("read", [sql("SELECT MAX(version) AS version FROM version")], signal);
  return Number(rows?.[0]?.["version"] ?? 0);
}
