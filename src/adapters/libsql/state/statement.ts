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
