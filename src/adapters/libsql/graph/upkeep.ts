import { alive } from "../../../domain/mod.ts";
import type { Connection } from "../file/mod.ts";
import { deleteContribution } from "./generation-writer.ts";
import type { SweepStep } from "./writer-operations.ts";

/** Contributions deleted in one transaction, and pages given back to the file system: milliseconds each. */
const batch = 128;
const vacuumPages = 512;

/**
 * One step of undoing all that generations after `base` did to a source: deletes what they bore, and last of all
 * takes back the ends they set. Repeatable after a crash at any point. Returns whether there is more to do.
 */
export function takeBackStep(db: Connection, source: number, base: number): boolean {
  const born = db.sql("SELECT id FROM contributions WHERE source = ? AND born > ? LIMIT ?").all([source, base, batch]);
  for (const [id] of born) deleteContribution(db, id as number);
  const facts = db
    .sql("DELETE FROM facts WHERE id IN (SELECT id FROM facts WHERE source = ? AND born > ? LIMIT ?)")
    .run([source, base, batch]);
  if (born.length === batch || facts === batch) return true;
  for (const table of ["contributions", "facts"])
    db.sql(`UPDATE ${table} SET dead = ? WHERE source = ? AND dead > ? AND dead < ?`).run([alive, source, base, alive]);
  return false;
}

/** Deletes some of what no generation at or after `oldest` sees. */
export function sweepStep(db: Connection, source: number, oldest: number): SweepStep {
  const ended = db.sql("SELECT id, nodes + edges FROM contributions WHERE source = ? AND dead <= ? LIMIT ?");
  const rows = ended.all([source, oldest, batch]);
  let deleted = 0;
  for (const [id, size] of rows) {
    deleteContribution(db, id as number);
    deleted += size as number;
  }
  const facts = db
    .sql("DELETE FROM facts WHERE id IN (SELECT id FROM facts WHERE source = ? AND dead <= ? LIMIT ?)")
    .run([source, oldest, batch]);
  if (rows.length === batch || facts === batch) return { deleted, done: false };
  db.sql(
    `DELETE FROM paths WHERE source = ? AND NOT EXISTS (SELECT 1 FROM facts WHERE path = paths.id)
       AND NOT EXISTS (SELECT 1 FROM contributions WHERE path = paths.id)`,
  ).run([source]);
  if (oldest === alive) db.sql("DELETE FROM committed WHERE source = ?").run([source]);
  return { deleted, done: true };
}

/** Gives free pages back, a few at a time. Outside a transaction. Returns whether there are more. */
export function shrink(db: Connection): boolean {
  if (db.number("PRAGMA freelist_count") === 0) return false;
  db.exec(`PRAGMA incremental_vacuum(${vacuumPages})`);
  return db.number("PRAGMA freelist_count") > 0;
}
