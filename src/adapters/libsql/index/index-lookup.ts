import {
  type At,
  type Chunk,
  type CodeSymbol,
  type FileRecord,
  type LineRange,
  shareLines,
} from "../../../domain/mod.ts";
import type { IndexTotals, Passage, StoredFile } from "../../../ports/mod.ts";
import { Connection, pathKey } from "../file/mod.ts";
import { toBytes, toHex } from "./hex.ts";
import { findPath, findSource } from "./names.ts";
import { fromAboutColumn, fromTextColumn } from "./passage-row.ts";

const cacheKib = 8_192;

/** Reads by key, straight from the file. */
export class IndexLookup {
  readonly #db: Connection;

  constructor(file: string) {
    this.#db = new Connection(file, cacheKib);
  }

  passages(at: readonly At[], chunkIds: readonly string[]): Passage[] {
    const seen = at.flatMap(({ source, generation }) => {
      const id = findSource(this.#db, source);
      return id === undefined ? [] : [[id, generation] as const];
    });
    const find = this.#db.sql(
      `SELECT p.text FROM chunks k JOIN contents c ON c.id = k.content JOIN passages p ON p.id = k.id
       WHERE k.chunk_id = ?1 AND c.source = ?2 AND c.born <= ?3 AND c.dead > ?3`,
    );
    return chunkIds.flatMap((chunkId) => {
      for (const [source, generation] of seen) {
        const row = find.get([toBytes(chunkId), source, generation]);
        if (row !== undefined) return { chunkId, text: fromTextColumn(row[0]) };
      }
      return [];
    });
  }

  file(at: At, path: string, lines?: LineRange): StoredFile | undefined {
    const source = findSource(this.#db, at.source);
    const id = source === undefined ? undefined : findPath(this.#db, source, path);
    if (id === undefined) return undefined;
    const row = this.#db
      .sql(
        `SELECT f.record, c.first_chunk, c.chunks, c.symbols FROM files f JOIN contents c ON c.id = f.content
         WHERE f.path = ?1 AND f.born <= ?2 AND f.dead > ?2`,
      )
      .get([id, at.generation]);
    if (row === undefined) return undefined;
    const [record, first, count, symbols] = row as [string, number, number, string];
    const every = JSON.parse(symbols) as CodeSymbol[];
    return {
      file: JSON.parse(record) as FileRecord,
      chunks: this.#chunks(first, count, lines),
      symbols: lines === undefined ? every : every.filter((symbol) => shareLines(symbol.lines, lines)),
    };
  }

  /** Records as they are stored, JSON: text crosses threads for a tenth of what objects cost. */
  files(at: At, afterPath: string, limit: number): string[] {
    const source = findSource(this.#db, at.source);
    if (source === undefined) return [];
    const list = this.#db.sql(
      `SELECT f.record FROM paths p JOIN files f ON f.path = p.id
       WHERE p.source = ?1 AND p.path > ?2 AND f.born <= ?3 AND f.dead > ?3 ORDER BY p.path LIMIT ?4`,
    );
    return list.all([source, pathKey(afterPath), at.generation, limit]).map((row) => row[0] as string);
  }

  count({ source, generation }: At): IndexTotals & { readonly latest: number } {
    const id = findSource(this.#db, source) ?? 0;
    const seen = "source = ?1 AND born <= ?2 AND dead > ?2";
    const files = this.#db.number(`SELECT count(*) FROM files WHERE ${seen}`, [id, generation]);
    const chunks = this.#db.number(`SELECT sum(chunks) FROM contents WHERE ${seen}`, [id, generation]);
    const latest = this.#db.number("SELECT generation FROM committed WHERE source = ?", [id]);
    return { files, chunks, latest };
  }

  close(): void {
    this.#db.close();
  }

  #chunks(first: number, count: number, lines: LineRange = { start: 0, end: Number.MAX_SAFE_INTEGER }): Chunk[] {
    const read = this.#db.sql(
      `SELECT k.chunk_id, k.text_hash, k.start_line, k.end_line, p.about, p.text
       FROM chunks k JOIN passages p ON p.id = k.id
       WHERE k.id BETWEEN ?1 AND ?2 AND k.end_line >= ?3 AND k.start_line <= ?4 ORDER BY k.id`,
    );
    const bounds = [first, first + count - 1, lines.start, lines.end];
    return read.all(bounds).map(([chunkId, textHash, start, end, about, text]) => ({
      chunkId: toHex(chunkId),
      textHash: toHex(textHash),
      lines: { start: start as number, end: end as number },
      text: fromTextColumn(text),
      ...fromAboutColumn(about),
    }));
  }
}
