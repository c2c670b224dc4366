import type { Connection } from "../file/mod.ts";
import { Recent } from "./recent.ts";

/** What a candidate shows of a chunk row; it never changes while the row is there. */
export interface KnownRow {
  readonly chunkId: string;
  readonly startLine: number;
  readonly endLine: number;
  /** JSON of symbol, defined names and context. */
  readonly about: string;
}

/** Rows remembered in each half, some 500 bytes each. */
const half = 12_288;

/** Chunk rows by id: those of one search in one statement, those of searches before from memory. */
export class KnownRows {
  readonly #db: Connection;
  readonly #known = new Recent<number, KnownRow>(half);

  constructor(db: Connection) {
    this.#db = db;
  }

  forget(): void {
    this.#known.clear();
  }

  /** Rows in the order of `ids`; undefined for one that is gone. */
  of(ids: readonly number[]): (KnownRow | undefined)[] {
    const rows = ids.map((id) => this.#known.get(id));
    const missing = ids.filter((_, at) => rows[at] === undefined);
    if (missing.length === 0) return rows;
    const read = this.#read(missing);
    return rows.map((row, at) => row ?? read.get(ids[at] as number));
  }

  /** As JSON arrays made by the engine: half of what rows one by one cost. The joined '' makes text of JSON, which would nest. */
  #read(ids: readonly number[]): ReadonlyMap<number, KnownRow> {
    const columns = this.#db
      .sql(
        `SELECT json_group_array(c.id), json_group_array(lower(hex(c.chunk_id))), json_group_array(c.start_line),
           json_group_array(c.end_line), json_group_array(json_remove(p.about, '$[4]', '$[3]') || '')
         FROM json_each(?) wanted JOIN chunks c ON c.id = wanted.value JOIN passages p ON p.id = c.id`,
      )
      .get([JSON.stringify(ids)])!;
    const [found, chunkIds, starts, ends, abouts] = columns.map((column) => JSON.parse(column as string)) as [
      number[],
      string[],
      number[],
      number[],
      string[],
    ];
    const rows = new Map<number, KnownRow>();
    for (const [at, id] of found.entries()) {
      const row = { chunkId: chunkIds[at]!, startLine: starts[at]!, endLine: ends[at]!, about: abouts[at]! };
      rows.set(id, row);
      this.#known.set(id, row);
    }
    return rows;
  }
}
