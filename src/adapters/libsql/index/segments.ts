import { encodeSegment, mergeSegments, type SegmentDoc } from "../engine/mod.ts";
import type { Connection } from "../file/mod.ts";
import type { ChunkRange } from "./contents.ts";
import type { Counters } from "./counters.ts";
import { segmentBytes } from "./load-source.ts";

/** Rows a fresh segment holds: larger ones cost memory while they are built, smaller ones more merging. */
export const segmentRows = 4_096;
/** So many neighbours of like size become one. */
const fanIn = 8;
/** No segment grows past this by merging: 64 MB or so of bytes to copy at once. */
const largestSegment = 32_768;

interface SegmentRow {
  readonly id: number;
  readonly fingerprint: number;
  readonly born: number;
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly gone: number;
}

/** The persisted segments of the search engine. A source's segments hold ranges of chunk rows in ascending order. */
export class Segments {
  readonly #db: Connection;
  readonly #counters: Counters;
  readonly #dimensions: number;

  constructor(db: Connection, counters: Counters, dimensions: number) {
    this.#db = db;
    this.#counters = counters;
    this.#dimensions = dimensions;
  }

  add(source: number, fingerprint: number, born: number, docs: readonly SegmentDoc[]): void {
    if (docs.length === 0) return;
    const bytes = encodeSegment(docs, this.#dimensions);
    const row = { fingerprint, born, first: docs[0]!.rowId, last: docs.at(-1)!.rowId, rows: docs.length };
    this.#insert(source, row, bytes);
  }

  /** Notes that rows were deleted, so that `tidy` knows which segments to rewrite. */
  lose(source: number, ranges: readonly ChunkRange[]): void {
    if (ranges.length === 0) return;
    const note = this.#db.sql(
      "INSERT INTO losses (segment, gone) VALUES (?, ?) ON CONFLICT (segment) DO UPDATE SET gone = gone + excluded.gone",
    );
    for (const { id, first, last } of this.#list(source)) {
      const lost = ranges.filter((range) => range.first >= first && range.first <= last);
      const gone = lost.reduce((sum, { count }) => sum + count, 0);
      if (gone > 0) note.run([id, gone]);
    }
  }

  /** Drops or rewrites what is a quarter gone; one segment a call. Returns whether there may be more. */
  tidy(source: number): boolean {
    const worn = this.#list(source).find((row) => row.gone * 4 >= row.rows);
    if (worn === undefined) return false;
    this.#replace(source, [worn]);
    return true;
  }

  /** Merges neighbours of like size; one merge a call. Returns whether there may be more. */
  merge(source: number): boolean {
    const run = mergeable(this.#list(source));
    if (run === undefined) return false;
    this.#replace(source, run);
    return true;
  }

  #list(source: number): SegmentRow[] {
    const list = this.#db.sql(
      `SELECT id, fingerprint, born, first_chunk, last_chunk, rows, coalesce(losses.gone, 0)
         FROM segments LEFT JOIN losses ON losses.segment = segments.id WHERE source = ? ORDER BY first_chunk`,
    );
    return list.all([source]).map((row) => {
      const [id, fingerprint, born, first, last, rows, gone] = row as number[];
      return { id: id!, fingerprint: fingerprint!, born: born!, first: first!, last: last!, rows: rows!, gone: gone! };
    });
  }

  #replace(source: number, segments: readonly SegmentRow[]): void {
    let rows = 0;
    const exists = this.#db.sql("SELECT 1 FROM chunks WHERE id = ?");
    const keep = (id: number) => {
      const stays = exists.get([id]) !== undefined;
      if (stays) rows += 1;
      return stays;
    };
    const bytes = mergeSegments(segments.map((segment) => ({ bytes: segmentBytes(this.#db, segment.id), keep })));
    const drop = this.#db.sql("DELETE FROM segments WHERE id = ?");
    for (const segment of segments) drop.run([segment.id]);
    if (rows === 0) return;
    // The oldest birth: taking back an unfinished generation must not take an older one's rows with it. Rows of
    // the younger that stay behind belong to no content, and are seen by nobody.
    const born = Math.min(...segments.map((segment) => segment.born));
    const { fingerprint, first } = segments[0]!;
    this.#insert(source, { fingerprint, born, first, last: segments.at(-1)!.last, rows }, bytes);
  }

  #insert(source: number, row: Omit<SegmentRow, "id" | "gone">, bytes: Uint8Array): void {
    this.#db
      .sql(
        "INSERT INTO segments (id, source, fingerprint, born, first_chunk, last_chunk, rows, gone, bytes) VALUES (?,?,?,?,?,?,?,?,?)",
      )
      .run([
        this.#counters.take("segment"),
        source,
        row.fingerprint,
        row.born,
        row.first,
        row.last,
        row.rows,
        0,
        bytes,
      ]);
  }
}

/** The first run of `fanIn` neighbours of one size class and one embedder whose merge stays within bounds. */
function mergeable(segments: readonly SegmentRow[]): readonly SegmentRow[] | undefined {
  for (let from = 0; from + fanIn <= segments.length; from++) {
    const run = segments.slice(from, from + fanIn);
    const rows = run.reduce((sum, segment) => sum + segment.rows, 0);
    const alike = run.every(
      (segment) => sizeClass(segment) <= sizeClass(run[0]!) && segment.fingerprint === run[0]!.fingerprint,
    );
    if (alike && rows <= largestSegment) return run;
  }
  return undefined;
}

/** Powers of eight. */
function sizeClass({ rows }: SegmentRow): number {
  return Math.floor(Math.log2(Math.max(rows, 1)) / 3);
}
