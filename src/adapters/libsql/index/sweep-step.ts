import { alive } from "../../../domain/mod.ts";
import type { ChunkRange } from "./contents.ts";
import type { Tables } from "./generation-writer.ts";
import { noteLoose, sweepLoose } from "./loose-embeddings.ts";
import type { SweepStep } from "./writer-operations.ts";

/** Contents deleted in one transaction, and pages given back to the file system: milliseconds each. */
const batch = 128;
const vacuumPages = 512;

/**
 * Deletes some of what no generation at or after `oldest` sees. Embeddings go with their last chunk, but only
 * while nothing writes: a writer may have been told that the index knows them.
 */
export function sweepStep(tables: Tables, source: number, oldest: number, writing: boolean): SweepStep {
  const { db, contents, segments } = tables;
  // Before their contents, so that a process killed between two steps leaves no file that names one that is gone.
  db.sql("DELETE FROM files WHERE source = ? AND dead <= ?").run([source, oldest]);
  const ended = db.sql("SELECT id, first_chunk, chunks FROM contents WHERE source = ? AND dead <= ? LIMIT ?");
  const rows = ended.all([source, oldest, batch]);
  const ranges: ChunkRange[] = [];
  for (const row of rows) {
    const [, first, count] = row as [number, number, number];
    if (writing) noteLoose(db, { first, count });
    const used = embeddingsOf(tables, { first, count });
    ranges.push(contents.delete(row as readonly number[]));
    if (!writing) forgetEmbeddings(tables, used);
  }
  segments.lose(source, ranges);
  const chunks = ranges.reduce((sum, { count }) => sum + count, 0);
  if (rows.length === batch) return { chunks, done: false };
  db.sql(
    `DELETE FROM paths WHERE source = ? AND id NOT IN (SELECT path FROM files WHERE source = ?)
       AND id NOT IN (SELECT path FROM contents WHERE source = ?)`,
  ).run([source, source, source]);
  if (oldest === alive) db.sql("DELETE FROM committed WHERE source = ?").run([source]);
  const more = segments.tidy(source) || (!writing && sweepLoose(db));
  return { chunks, done: !more };
}

/** Gives free pages back, a few at a time. Outside a transaction. */
export function shrink({ db }: Tables): boolean {
  if (db.number("PRAGMA freelist_count") === 0) return false;
  db.exec(`PRAGMA incremental_vacuum(${vacuumPages})`);
  return db.number("PRAGMA freelist_count") > 0;
}

function embeddingsOf({ db }: Tables, { first, count }: ChunkRange): number[] {
  // The plus keeps the planner from the index over embeddings, which it would walk from end to end.
  const used = db.sql("SELECT DISTINCT +embedding FROM chunks WHERE id BETWEEN ? AND ? AND +embedding > 0");
  return used.all([first, first + count - 1]).map((row) => row[0] as number);
}

function forgetEmbeddings({ db }: Tables, ids: readonly number[]): void {
  const forget = db.sql(
    "DELETE FROM embeddings WHERE id = ? AND NOT EXISTS (SELECT 1 FROM chunks WHERE embedding = embeddings.id)",
  );
  for (const id of ids) forget.run([id]);
}
