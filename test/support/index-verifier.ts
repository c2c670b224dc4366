import { Buffer } from "node:buffer";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { readSegment } from "../../src/adapters/libsql/engine/segment-layout.ts";
import type { AuditEntry, FileRecord, IngestRun, Revision } from "../../src/domain/mod.ts";
import { lexicalFields } from "../../src/ports/mod.ts";

/** One file as its source's served generation holds it. */
export interface VerifiedFile {
  readonly record: FileRecord;
  /** The passages' texts joined. */
  readonly text: string;
  /** Chunk ids with their lines. */
  readonly chunks: readonly string[];
}

/** What the files of a state directory hold, and all that is wrong with them. */
export interface Verified {
  /** Every broken rule, in words; none is how it should be. */
  readonly broken: readonly string[];
  readonly revisions: readonly Revision[];
  /** By source, then by path. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, VerifiedFile>>;
  readonly runs: readonly IngestRun[];
  readonly ledger: readonly Omit<AuditEntry, "recordedAt" | "previousHash" | "hash">[];
}

export interface Rules {
  /**
   * `dead`: a process was killed, so rows of a generation that is not served, a lease and a running run may be there.
   * `idle`: it was started again and nothing runs. `swept`: a run has completed since and nothing is superseded, so
   * not one row may be there that is not served.
   */
  readonly after: "dead" | "idle" | "swept";
}

/**
 * Reads a copy of a state directory that no process has open, so that looking changes nothing, and checks every rule
 * that its rows must keep.
 */
export function verifyState(statePath: string, { after }: Rules): Verified {
  const folder = mkdtempSync(join(tmpdir(), "gateway-verify-"));
  try {
    cpSync(statePath, folder, { recursive: true });
    const broken: string[] = strays(statePath, after);
    const revisions: Revision[] = [];
    const runs: IngestRun[] = [];
    const ledger: Verified["ledger"][number][] = [];
    const files = new Map<string, Map<string, VerifiedFile>>();
    within(join(folder, "state.db"), broken, (rows) => {
      revisions.push(...rows("SELECT revision FROM revision").map(([text]) => JSON.parse(String(text)) as Revision));
      runs.push(
        ...rows("SELECT run FROM run ORDER BY started_at").map(([run]) => JSON.parse(String(run)) as IngestRun),
      );
      checkState(rows, after, broken);
    });
    within(join(folder, "audit", "ledger.db"), broken, (rows) => {
      for (const [sequence, entry] of rows("SELECT sequence, entry FROM entry ORDER BY sequence"))
        ledger.push({ ...(JSON.parse(String(entry)) as AuditEntry), sequence: Number(sequence) });
    });
    checkLedger(ledger, after, broken);
    checkCommitted(ledger, revisions, broken);
    within(join(folder, "index", "index.db"), broken, (rows) => {
      checkRows(rows, broken);
      for (const revision of revisions) files.set(revision.source, checkGeneration(rows, revision, broken));
      if (after === "swept") checkSwept(rows, revisions, broken);
    });
    within(join(folder, "graph", "graph.db"), broken, (rows) => {
      checkGraph(rows, broken);
      if (after === "swept") checkGraphSwept(rows, revisions, broken);
    });
    return { broken, revisions, files, runs, ledger };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Rows = (sql: string, ...args: readonly number[]) => (readonly unknown[])[];

function within(file: string, broken: string[], check: (rows: Rows) => void): void {
  if (!existsSync(file)) return;
  const db = new Database(file);
  try {
    const rows: Rows = (sql, ...args) =>
      db
        .prepare(sql)
        .raw()
        .all([...args]) as unknown[][];
    for (const [line] of rows("PRAGMA integrity_check")) if (line !== "ok") broken.push(`${file}: ${String(line)}`);
    check(rows);
  } finally {
    db.close();
  }
}

/** Files that nothing will ever read again. */
function strays(statePath: string, after: Rules["after"]): string[] {
  const database = /^(index|state|ledger)\.db(-wal|-shm)?$/;
  const inIndex = readdirSync(join(statePath, "index")).filter((name) => !database.test(name));
  // A process may be killed between drafting its lock and taking it; the next owner clears that away.
  const drafts = after === "dead" ? [] : readdirSync(statePath).filter((name) => name.startsWith("lock."));
  return [...inIndex, ...drafts].map((name) => `a stray file: ${name}`);
}

function checkState(rows: Rows, after: Rules["after"], broken: string[]): void {
  if (rows("SELECT 1 FROM guard").length > 0) broken.push("state: a guard row was left");
  if (after === "dead") return;
  for (const [name, holder] of rows("SELECT name, holder FROM lease WHERE holder <> ''"))
    broken.push(`state: the lease ${String(name)} is held by ${String(holder)}`);
  for (const [id, state] of rows("SELECT run_id, state FROM run WHERE state IN ('pending', 'running')"))
    broken.push(`state: run ${String(id)} is ${String(state)}`);
}

function checkLedger(ledger: Verified["ledger"], after: Rules["after"], broken: string[]): void {
  for (const [at, { sequence }] of ledger.entries())
    if (sequence !== at + 1) broken.push(`ledger: entry ${at + 1} has sequence ${sequence}`);
  if (after === "dead") return;
  for (const { sequence, outcome } of ledger) {
    if (outcome !== "started") continue;
    const ends = ledger.filter((entry) => entry.startedSequence === sequence && entry.outcome !== "committing");
    if (ends.length !== 1) broken.push(`ledger: entry ${sequence} was ended ${ends.length} times`);
  }
}

/** Nothing is served but what the ledger had been committed to before, whenever the process was killed. */
function checkCommitted(ledger: Verified["ledger"], revisions: readonly Revision[], broken: string[]): void {
  for (const { source, generation } of revisions) {
    const named = ledger.some(
      (entry) =>
        entry.outcome === "committing" && entry.source === source && entry.details["generation"] === String(generation),
    );
    if (!named) broken.push(`ledger: no entry commits to generation ${generation} of ${source}, which is served`);
  }
}

/** What holds whenever no statement is running, a killed process's leavings included. */
function checkRows(rows: Rows, broken: string[]): void {
  const none = (what: string, sql: string) => {
    const found = rows(`SELECT count(*) FROM (${sql})`)[0]![0];
    if (found !== 0) broken.push(`index: ${String(found)} ${what}`);
  };
  none("contents that died before they were born", "SELECT 1 FROM contents WHERE dead <= born");
  none("files that died before they were born", "SELECT 1 FROM files WHERE dead <= born");
  none("contents without a path", "SELECT 1 FROM contents WHERE path NOT IN (SELECT id FROM paths)");
  none("files without a path", "SELECT 1 FROM files WHERE path NOT IN (SELECT id FROM paths)");
  none("files without a content", "SELECT 1 FROM files WHERE content NOT IN (SELECT id FROM contents)");
  none("chunks without a content", "SELECT 1 FROM chunks WHERE content NOT IN (SELECT id FROM contents)");
  none("chunks without a passage", "SELECT 1 FROM chunks WHERE id NOT IN (SELECT id FROM passages)");
  none("passages without a chunk", "SELECT 1 FROM passages WHERE id NOT IN (SELECT id FROM chunks)");
  none(
    "chunks without their embedding",
    "SELECT 1 FROM chunks WHERE embedding > 0 AND embedding NOT IN (SELECT id FROM embeddings)",
  );
  none(
    "contents whose chunks are not the ones they name",
    `SELECT 1 FROM contents c WHERE c.chunks <> (
       SELECT count(*) FROM chunks k WHERE k.content = c.id AND k.id >= c.first_chunk AND k.id < c.first_chunk + c.chunks)`,
  );
  const counters = new Map(
    rows("SELECT name, value FROM counters").map(([name, value]) => [String(name), Number(value)]),
  );
  for (const [name, table] of [
    ["path", "paths"],
    ["content", "contents"],
    ["chunk", "chunks"],
    ["embedding", "embeddings"],
    ["segment", "segments"],
  ] as const) {
    const highest = Number(rows(`SELECT max(id) FROM ${table}`)[0]?.[0] ?? 0);
    if (highest > 0 && (counters.get(name) ?? 0) <= highest) broken.push(`index: ${name} numbers will come back`);
  }
  const stored = new Set(rows("SELECT id FROM chunks").map(([id]) => Number(id)));
  const kept = "SELECT id, rows, coalesce(losses.gone, 0), bytes FROM segments LEFT JOIN losses ON segment = id";
  for (const [id, rowCount, gone, bytes] of rows(kept)) {
    const { rowIds } = readSegment(bytes as Uint8Array, lexicalFields.length);
    const lost = [...rowIds].filter((row) => !stored.has(row)).length;
    if (rowIds.length !== rowCount) broken.push(`index: segment ${String(id)} says ${String(rowCount)} rows`);
    if (lost !== gone)
      broken.push(`index: ${lost} rows of segment ${String(id)} are gone, and it says ${String(gone)}`);
  }
}

/** The served generation, checked row by row, and what it holds. */
function checkGeneration(rows: Rows, revision: Revision, broken: string[]): Map<string, VerifiedFile> {
  const { source, generation: at } = revision;
  const say = (what: string) => void broken.push(`${source} at ${at}: ${what}`);
  const id = Number(rows("SELECT id, name FROM sources").find(([, name]) => name === source)?.[0] ?? -1);
  const seen = `source = ${id} AND born <= ${at} AND dead > ${at}`;
  const held = new Map<string, VerifiedFile>();
  const counted = new Map<number, number>();
  for (const [segment] of rows("SELECT bytes FROM segments WHERE source = ?", id))
    for (const row of readSegment(segment as Uint8Array, lexicalFields.length).rowIds)
      counted.set(row, (counted.get(row) ?? 0) + 1);
  const contents = new Map(
    rows(`SELECT id, path, first_chunk, chunks FROM contents WHERE ${seen}`).map((row) => [Number(row[0]), row]),
  );
  for (const [pathId, content, record, path] of rows(
    `SELECT f.path, f.content, f.record, p.path FROM files f JOIN paths p ON p.id = f.path WHERE f.${seen}`,
  )) {
    const file = JSON.parse(String(record)) as FileRecord;
    const name = Buffer.from(path as Uint8Array)
      .swap16()
      .toString("utf16le");
    if (file.path !== name) say(`${name} is recorded as ${file.path}`);
    if (held.has(name)) say(`${name} is there twice`);
    const own = contents.get(Number(content));
    contents.delete(Number(content));
    if (own === undefined || own[1] !== pathId) {
      say(`${name} has no content of its own`);
      continue;
    }
    held.set(name, readFile(rows, own, file, say, counted));
  }
  if (contents.size > 0) say(`${contents.size} contents belong to no file`);
  const chunks = [...held.values()].reduce((sum, file) => sum + file.chunks.length, 0);
  if (held.size !== revision.files) say(`${held.size} files, and ${revision.files} were promised`);
  if (chunks !== revision.chunks) say(`${chunks} chunks, and ${revision.chunks} were promised`);
  return held;
}

function readFile(
  rows: Rows,
  content: readonly unknown[],
  record: FileRecord,
  say: (what: string) => void,
  inSegments: ReadonlyMap<number, number>,
): VerifiedFile {
  const [, , first, count] = content as number[];
  const texts: string[] = [];
  const chunks: string[] = [];
  let last = 0;
  for (const [id, chunkId, start, end, text] of rows(
    `SELECT c.id, c.chunk_id, c.start_line, c.end_line, p.text FROM chunks c JOIN passages p ON p.id = c.id
     WHERE c.id >= ? AND c.id < ? ORDER BY c.id`,
    first!,
    first! + count!,
  )) {
    if (Number(start) <= last || Number(end) < Number(start))
      say(`${record.path} does not tile at line ${String(start)}`);
    if (inSegments.get(Number(id)) !== 1)
      say(`${record.path}: a chunk is in ${inSegments.get(Number(id)) ?? 0} segments`);
    last = Number(end);
    texts.push(Buffer.from(text as Uint8Array).toString("utf8"));
    chunks.push(`${Buffer.from(chunkId as Uint8Array).toString("hex")} ${String(start)}-${String(end)}`);
  }
  if (last > record.lines) say(`${record.path} has a chunk past its ${record.lines} lines`);
  if (chunks.length !== record.chunks) say(`${record.path} has ${chunks.length} chunks, and says ${record.chunks}`);
  return { record, text: texts.join(""), chunks };
}

/** Nothing but what is served. */
function checkSwept(rows: Rows, revisions: readonly Revision[], broken: string[]): void {
  const none = (what: string, sql: string) => {
    const found = Number(rows(`SELECT count(*) FROM (${sql})`)[0]![0]);
    if (found !== 0) broken.push(`index: ${found} ${what}`);
  };
  for (const { source, generation } of revisions) {
    const id = Number(rows("SELECT id, name FROM sources").find(([, name]) => name === source)?.[0] ?? -1);
    for (const table of ["contents", "files"])
      none(
        `rows of ${table} that ${source} does not serve`,
        `SELECT 1 FROM ${table} WHERE source = ${id} AND (born > ${generation} OR dead <= ${generation})`,
      );
  }
  none("paths without a file", "SELECT 1 FROM paths WHERE id NOT IN (SELECT path FROM files)");
  none("embeddings without a chunk", "SELECT 1 FROM embeddings WHERE id NOT IN (SELECT embedding FROM chunks)");
  none("segments without a row", "SELECT 1 FROM segments JOIN losses ON segment = id WHERE losses.gone >= rows");
  none("losses of no segment", "SELECT 1 FROM losses WHERE segment NOT IN (SELECT id FROM segments)");
}

/** What holds of the graph's rows whenever no statement is running. */
function checkGraph(rows: Rows, broken: string[]): void {
  const none = (what: string, sql: string) => {
    const found = Number(rows(`SELECT count(*) FROM (${sql})`)[0]![0]);
    if (found !== 0) broken.push(`graph: ${found} ${what}`);
  };
  for (const table of ["contributions", "facts"]) {
    none(`${table} that died before they were born`, `SELECT 1 FROM ${table} WHERE dead <= born`);
    none(`${table} without a path`, `SELECT 1 FROM ${table} WHERE path NOT IN (SELECT id FROM paths)`);
    none(
      `paths that have several ${table} at a time`,
      `SELECT 1 FROM ${table} a JOIN ${table} b ON a.path = b.path AND a.id < b.id AND a.born < b.dead AND b.born < a.dead`,
    );
  }
  none("nodes without a contribution", "SELECT 1 FROM nodes WHERE id / 1048576 NOT IN (SELECT id FROM contributions)");
  none(
    "contributions whose nodes are not as many as they say",
    `SELECT 1 FROM contributions c WHERE c.nodes <> (
       SELECT count(*) FROM nodes n WHERE n.id >= c.id * 1048576 AND n.id < (c.id + 1) * 1048576)`,
  );
}

/** Nothing but what is served, and something of all that is. */
function checkGraphSwept(rows: Rows, revisions: readonly Revision[], broken: string[]): void {
  for (const { source, generation, files } of revisions) {
    const id = Number(rows("SELECT id, name FROM sources").find(([, name]) => name === source)?.[0] ?? -1);
    const count = (sql: string) => Number(rows(`SELECT count(*) FROM ${sql}`)[0]![0]);
    for (const table of ["contributions", "facts"]) {
      const unseen = count(`${table} WHERE source = ${id} AND (born > ${generation} OR dead <= ${generation})`);
      if (unseen > 0) broken.push(`graph: ${unseen} rows of ${table} that ${source} does not serve`);
    }
    if (files > 0 && count(`contributions WHERE source = ${id}`) === 0) broken.push(`graph: ${source} has none`);
  }
}
