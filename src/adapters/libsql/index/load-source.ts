import type { FileFacts, FileRecord } from "../../../domain/mod.ts";
import { type Connection, fromPathKey } from "../file/mod.ts";
import type { GiveWay } from "../thread/mod.ts";
import type { ContentEntry, SourceTable } from "./source-table.ts";

/** Rows a page of a bulk read: JSON arrays made by the engine cost a tenth of rows handed over one by one. */
const page = 8_192;

/** Which rows of a source to read: all, or those that a generation bore. */
export type Which = { readonly born?: number };

export async function loadContents(db: Connection, table: SourceTable, which: Which, giveWay: GiveWay): Promise<void> {
  const born = which.born === undefined ? "" : "AND born = ?3";
  const read = db.sql(
    `SELECT json_group_array(json_array(id, path, first_chunk, chunks, born, dead)) FROM (
       SELECT id, path, first_chunk, chunks, born, dead FROM contents
       WHERE source = ?1 AND id > ?2 ${born} ORDER BY id LIMIT ${page})`,
  );
  const entries: ContentEntry[] = [];
  for (let after = 0; ; ) {
    const row = read.get(which.born === undefined ? [table.id, after] : [table.id, after, which.born]);
    const rows = JSON.parse(row![0] as string) as [number, number, number, number, number, number][];
    for (const [id, path, first, count, from, dead] of rows) entries.push({ id, path, first, count, born: from, dead });
    if (rows.length < page) break;
    await giveWay();
    after = rows.at(-1)![0];
  }
  table.addContents(entries);
}

export async function loadFiles(db: Connection, table: SourceTable, which: Which, giveWay: GiveWay): Promise<void> {
  const born = which.born === undefined ? "" : "AND f.born = ?";
  const read = db.sql(
    `SELECT f.path, p.path, f.born, f.dead, f.record FROM files f JOIN paths p ON p.id = f.path
     WHERE f.source = ? ${born}`,
  );
  const kept = new Map<string, FileFacts>();
  for (const row of read.rows(which.born === undefined ? [table.id] : [table.id, which.born])) {
    const [id, key, from, dead, record] = row as [number, Uint8Array, number, number, string];
    table.addFile(id, fromPathKey(key), { born: from, dead, facts: factsOf(record, kept) });
    await giveWay();
  }
}

/** Equal facts are kept once: most files of a tree share language, subsystem and commit with others. */
function factsOf(record: string, kept: Map<string, FileFacts>): FileFacts {
  const { artifactType, language, subsystem, tags, commit, updatedAt } = JSON.parse(record) as FileRecord;
  const facts = { artifactType, language, subsystem, tags, commit, updatedAt };
  const key = JSON.stringify(facts);
  const known = kept.get(key);
  if (known !== undefined) return known;
  kept.set(key, facts);
  return facts;
}

/** Ids of contents and paths whose rows a generation ended. */
export function endedBy(db: Connection, source: number, generation: number) {
  const ids = (sql: string) =>
    new Set(
      db
        .sql(sql)
        .all([source, generation])
        .map((row) => row[0] as number),
    );
  return {
    contents: ids("SELECT id FROM contents WHERE source = ? AND dead = ?"),
    paths: ids("SELECT path FROM files WHERE source = ? AND dead = ?"),
  };
}

/** Symbol-kind masks of the chunk rows in `[first, last]`, by row. */
export function kindsBetween(db: Connection, first: number, last: number): ReadonlyMap<number, number> {
  const read = db.sql(
    "SELECT json_group_array(id), json_group_array(kinds) FROM (SELECT id, kinds FROM chunks WHERE id BETWEEN ? AND ?)",
  );
  const [ids, kinds] = read.get([first, last])!.map((column) => JSON.parse(column as string) as number[]);
  return new Map(ids!.map((id, at) => [id, kinds![at]!]));
}

export interface SegmentRef {
  readonly id: number;
  readonly fingerprint: string;
  readonly first: number;
  readonly last: number;
}

export function segmentsOf(db: Connection, source: number): SegmentRef[] {
  const list = db.sql(
    `SELECT s.id, f.name, s.first_chunk, s.last_chunk FROM segments s JOIN fingerprints f ON f.id = s.fingerprint
     WHERE s.source = ? ORDER BY s.first_chunk`,
  );
  return list.all([source]).map((row) => {
    const [id, fingerprint, first, last] = row as [number, string, number, number];
    return { id, fingerprint, first, last };
  });
}

export function segmentBytes(db: Connection, id: number): Uint8Array {
  const bytes = db.sql("SELECT bytes FROM segments WHERE id = ?").get([id])![0] as Uint8Array;
  // A plain view: `slice` of the driver's Buffer would not copy.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
