import { alive, type Chunk, type CodeSymbol, type FileRecord } from "../../../domain/mod.ts";
import { fieldTerms } from "../../../domain/text/mod.ts";
import type { SegmentDoc } from "../engine/mod.ts";
import { type Connection, insertRows } from "../file/mod.ts";
import type { Counters } from "./counters.ts";
import type { Code } from "./embeddings.ts";
import { toBytes } from "./hex.ts";
import { kindsMask } from "./kinds-mask.ts";
import { aboutColumn, textColumn } from "./passage-row.ts";

/** Consecutive chunk rows. */
export interface ChunkRange {
  readonly first: number;
  readonly count: number;
}

export interface WrittenFile {
  readonly source: number;
  readonly path: number;
  readonly born: number;
  readonly file: FileRecord;
  readonly chunks: readonly Chunk[];
  readonly codes: readonly Code[];
  readonly symbols: readonly CodeSymbol[];
}

/** The rows of files and of what they hold. Every method runs inside the caller's transaction. */
export class Contents {
  readonly #db: Connection;
  readonly #counters: Counters;

  constructor(db: Connection, counters: Counters) {
    this.#db = db;
    this.#counters = counters;
  }

  /** Inserts a file with its content; returns what the lexical and vector segment needs. */
  insert(written: WrittenFile): SegmentDoc[] {
    const { source, path, born, file, chunks, codes, symbols } = written;
    const content = this.#counters.take("content");
    const first = this.#counters.take("chunk", chunks.length);
    this.#db
      .sql("INSERT INTO contents (id, source, path, born, dead, first_chunk, chunks, symbols) VALUES (?,?,?,?,?,?,?,?)")
      .run([content, source, path, born, alive, first, chunks.length, JSON.stringify(symbols)]);
    this.insertFile(source, path, born, content, file);
    this.#insertChunks(first, content, chunks, codes);
    return chunks.map((chunk, ordinal) => {
      const { code, scale } = codes[ordinal]!;
      const terms = fieldTerms({ ...chunk, path: file.path });
      return { rowId: first + ordinal, chunkId: chunk.chunkId, terms, code, scale };
    });
  }

  insertFile(source: number, path: number, born: number, content: number, file: FileRecord): void {
    this.#db
      .sql("INSERT INTO files (source, path, born, dead, content, record) VALUES (?, ?, ?, ?, ?, ?)")
      .run([source, path, born, alive, content, JSON.stringify(file)]);
  }

  #insertChunks(first: number, content: number, chunks: readonly Chunk[], codes: readonly Code[]): void {
    insertRows(
      this.#db,
      "chunks (id, content, chunk_id, text_hash, start_line, end_line, kinds, embedding)",
      chunks.map(({ chunkId, textHash, lines, kinds }, at) => {
        const mask = kindsMask(kinds);
        return [first + at, content, toBytes(chunkId), toBytes(textHash), lines.start, lines.end, mask, codes[at]!.id];
      }),
    );
    insertRows(
      this.#db,
      "passages (id, about, text)",
      chunks.map((chunk, at) => [first + at, aboutColumn(chunk), textColumn(chunk.text)]),
    );
  }

  /**
   * Ends what a path holds at generation `next`: rows of that very generation are deleted, older ones end.
   * Returns the deleted chunk rows.
   */
  end(path: number, next: number): ChunkRange[] {
    const own = this.#db.sql("SELECT id, first_chunk, chunks FROM contents WHERE path = ? AND born = ?");
    const deleted = own.all([path, next]).map((row) => this.delete(row as readonly number[]));
    this.#db.sql("UPDATE contents SET dead = ? WHERE path = ? AND dead = ?").run([next, path, alive]);
    this.endFile(path, next);
    return deleted;
  }

  /** Ends all that a source holds: the generation starts from nothing. */
  endAll(source: number, next: number): void {
    for (const table of ["contents", "files"])
      this.#db.sql(`UPDATE ${table} SET dead = ? WHERE source = ? AND dead = ?`).run([next, source, alive]);
  }

  endFile(path: number, next: number): void {
    this.#db.sql("DELETE FROM files WHERE path = ? AND born = ?").run([path, next]);
    this.#db.sql("UPDATE files SET dead = ? WHERE path = ? AND dead = ?").run([next, path, alive]);
  }

  /** Deletes a content (`id, first_chunk, chunks`) with its chunks. */
  delete(row: readonly number[]): ChunkRange {
    const [id, first, count] = row as readonly [number, number, number];
    const bounds = [first, first + count - 1];
    this.#db.sql("DELETE FROM chunks WHERE id BETWEEN ? AND ?").run(bounds);
    this.#db.sql("DELETE FROM passages WHERE id BETWEEN ? AND ?").run(bounds);
    this.#db.sql("DELETE FROM contents WHERE id = ?").run([id]);
    return { first, count };
  }
}
