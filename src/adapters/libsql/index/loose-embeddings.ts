import type { Connection } from "../file/mod.ts";
import type { ChunkRange } from "./contents.ts";

/** Embeddings looked at in one transaction: a few milliseconds. */
const batch = 2_048;

/**
 * Embeddings that may have lost their last chunk while they could not be deleted, because a run was being written or
 * was to be repeated. Remembered as the lowest of their numbers, in the file, so that a crash forgets none.
 */
export function noteLoose(db: Connection, { first, count }: ChunkRange): void {
  db.sql(
    `INSERT INTO counters (name, value)
     SELECT 'loose', lowest FROM (
       SELECT min(+embedding) AS lowest FROM chunks WHERE id BETWEEN ? AND ? AND +embedding > 0
     ) WHERE lowest IS NOT NULL
     ON CONFLICT (name) DO UPDATE SET value = min(value, excluded.value)`,
  ).run([first, first + count - 1]);
}

/**
 * Deletes some of them, from the lowest on; only while nothing writes, since a writer may have been told that the
 * index knows them. Returns whether there are more to look at.
 */
export function sweepLoose(db: Connection): boolean {
  const from = db.number("SELECT value FROM counters WHERE name = 'loose'");
  if (from === 0) return false;
  const ids = db.sql("SELECT id FROM embeddings WHERE id >= ? ORDER BY id LIMIT ?").all([from, batch]);
  const forget = db.sql(
    "DELETE FROM embeddings WHERE id = ? AND NOT EXISTS (SELECT 1 FROM chunks WHERE embedding = embeddings.id)",
  );
  for (const [id] of ids) forget.run([id as number]);
  if (ids.length < batch) {
    db.sql("DELETE FROM counters WHERE name = 'loose'").run([]);
    return false;
  }
  db.sql("UPDATE counters SET value = ? WHERE name = 'loose'").run([(ids.at(-1)![0] as number) + 1]);
  return true;
}
