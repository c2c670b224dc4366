/** What libSQL stores here. No booleans and no buffers: they abort the driver's process natively. */
export type SqlValue = string | number | null;

export interface Statement {
  readonly sql: string;
  readonly args: readonly SqlValue[];
}

export type Row = Readonly<Record<string, SqlValue>>;

/** `read` sees one snapshot; `write` takes the write lock first, and all of it happens or none. */
export type BatchMode = "read" | "write";

export interface BatchRequest {
  readonly id: number;
  readonly mode: BatchMode;
  readonly statements: readonly Statement[];
}

export interface DatabaseWorkerData {
  /** `file:…`, or a libSQL server's: `libsql:`, `https:` or `http:`. */
  readonly url: string;
  readonly authToken?: string | undefined;
}

export function sql(text: string, ...args: readonly SqlValue[]): Statement {
  return { sql: text, args };
}

/** Rows a statement: the driver takes several times as long over a statement as over a row. */
const rowsTogether = 16;

/** Inserts rows of the same columns, in order; `into` names the table and its columns. */
export function insertStatements(into: string, rows: readonly (readonly SqlValue[])[]): readonly Statement[] {
  const statements: Statement[] = [];
  for (let at = 0; at < rows.length; at += rowsTogether) {
    const some = rows.slice(at, at + rowsTogether);
    const marks = some.map((row) => `(${row.map(() => "?").join(", ")})`).join(", ");
    statements.push(sql(`INSERT INTO ${into} VALUES ${marks}`, ...some.flat()));
  }
  return statements;
}
