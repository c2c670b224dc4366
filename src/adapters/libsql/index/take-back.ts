import { alive } from "../../../domain/mod.ts";
import type { ChunkRange } from "./contents.ts";
import type { Tables } from "./generation-writer.ts";
import { noteLoose } from "./loose-embeddings.ts";

/** Contents deleted in one transaction: about a thousand chunks. */
const batch = 128;

/**
 * One step of undoing all that generations after `base` did to a source: deletes what they bore, and last of all
 * takes back the ends they set. Repeatable after a crash at any point. Returns whether there is more to do.
 */
export function takeBackStep({ db, contents, segments }: Tables, source: number, base: number): boolean {
  // Before their contents, so that a process killed between two steps leaves no file that names one that is gone.
  db.sql("DELETE FROM files WHERE source = ? AND born > ?").run([source, base]);
  const born = db.sql("SELECT id, first_chunk, chunks FROM contents WHERE source = ? AND born > ? LIMIT ?");
  const rows = born.all([source, base, batch]);
  const ranges: ChunkRange[] = [];
  for (const row of rows) {
    const [, first, count] = row as [number, number, number];
    // Kept for now: the run that follows mostly embeds the same texts.
    noteLoose(db, { first, count });
    ranges.push(contents.delete(row as readonly number[]));
  }
  // A commit may have merged them into a segment that stays.
  segments.lose(source, ranges);
  if (rows.length === batch) return true;
  db.sql("DELETE FROM segments WHERE source = ? AND born > ?").run([source, base]);
  for (const table of ["contents", "files"])
    db.sql(`UPDATE ${table} SET dead = ? WHERE source = ? AND dead > ? AND dead < ?`).run([alive, source, base, alive]);
  return false;
}
