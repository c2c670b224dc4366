import Database from "libsql";

/** What may be bound. Anything else (a boolean, a bare buffer) aborts the process inside the driver. */
export type Bind = number | bigint | string | Uint8Array | null;
export type Row = readonly unknown[];

/** A prepared statement whose arguments always travel as one array, and whose rows come as arrays. */
export interface Statement {
  run(args: readonly Bind[]): number;
  get(args: readonly Bind[]): Row | undefined;
  all(args: readonly Bind[]): readonly Row[];
  rows(args: readonly Bind[]): IterableIterator<Row>;
}

/** Waits this long for another process's lock, ms: within one gateway there is one writer, so it is rare. */
const busyTimeoutMs = 5_000;

/** One connection, for use inside a worker only: every call blocks its thread. */
export class Connection {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(file: string, cacheKib: number) {
    this.#db = new Database(file, { timeout: busyTimeoutMs });
    // 2 MB, the default, holds less than the inner pages of the indexes at 100,000 chunks.
    this.exec(`PRAGMA cache_size = -${cacheKib}`);
    // Durable at power loss where it must be: the end of a run is committed under FULL (see `durably`).
    this.exec("PRAGMA synchronous = NORMAL");
    this.exec("PRAGMA temp_store = MEMORY");
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Prepared once a connection. */
  sql(text: string): Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const made = prepare(this.#db, text);
    this.#prepared.set(text, made);
    return made;
  }

  number(text: string, args: readonly Bind[] = []): number {
    return Number(this.sql(text).get(args)?.[0] ?? 0);
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  transaction<T>(work: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** A transaction that is on disk, with all that was committed before it, when this returns. */
  durably(work: () => void): void {
    this.exec("PRAGMA synchronous = FULL");
    try {
      this.transaction(work);
    } finally {
      this.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /** Some errors (a full disk) end the transaction by themselves. */
  rollback(): void {
    if (!this.inTransaction) return;
    try {
      this.exec("ROLLBACK");
    } catch {
      // The engine had already rolled back; the error that led here is the one to tell.
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#db.close();
  }
}

function prepare(db: Database.Database, text: string): Statement {
  const statement = db.prepare(text);
  // Rows as arrays: named rows carry blobs as ArrayBuffer and a `_metadata` member.
  if (statement.reader) statement.raw();
  return {
    run: (args) => statement.run(args).changes,
    get: (args) => statement.get(args) as Row | undefined,
    all: (args) => statement.all(args) as Row[],
    rows: (args) => statement.iterate(args) as IterableIterator<Row>,
  };
}
