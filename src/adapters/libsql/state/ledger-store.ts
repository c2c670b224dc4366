import { createSecretKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";
import type { Connection } from "./connection.ts";
import { codeOf } from "./connection.ts";
import { type ChainedRow, chainHash, genesis, type Head } from "./ledger-chain.ts";
import { compareEnds, LedgerHead } from "./ledger-head.ts";
import { ledgerKey } from "./ledger-key.ts";
import { withAppendLock } from "./ledger-lock.ts";
import type { Appended, Ends, LedgerTrouble, LedgerWorkerData } from "./ledger-messages.ts";
import { ledgerMigrations } from "./ledger-migrations.ts";
import { migrate, versionOf } from "./migrate.ts";
import { insertStatements, type Row, type SqlValue, sql } from "./statement.ts";

const never = new AbortController().signal;
/** Ledgers of fewer steps have entries without a hash. */
const chained = 3;
/** Another writer can win this often in a row before an append gives up. */
const appendAttempts = 20;
const columns =
  "sequence, recorded_at, kind, outcome, source, run_id, actor, started_sequence, entry, previous_hash, hash";

type NewRow = Omit<ChainedRow, "sequence">;

/** The ledger's file and head file, on the worker's thread. */
export class LedgerStore {
  readonly key: KeyObject;
  readonly #database: Connection;
  readonly #head: LedgerHead;
  readonly #data: LedgerWorkerData;
  /** Stays until the process ends: the first append puts the head file right, and with it the evidence away. */
  #trouble: LedgerTrouble | undefined;

  private constructor(database: Connection, data: LedgerWorkerData, key: Uint8Array) {
    this.#database = database;
    this.#data = data;
    this.key = createSecretKey(key);
    this.#head = new LedgerHead(join(data.folder, "head"), key);
  }

  static async open(database: Connection, data: LedgerWorkerData): Promise<LedgerStore> {
    return locked(data, async () => {
      const schema = { store: data.store, table: "entry" };
      const found = await versionOf(database, schema, never);
      if (found < 2) await migrate(database, schema, ledgerMigrations.slice(0, 2), never);
      const [signed] = await database.batch("read", [sql("SELECT 1 AS one FROM entry WHERE hash <> '' LIMIT 1")]);
      const ledger = new LedgerStore(database, data, ledgerKey(data.keyFile, signed?.length === 0));
      if (found < chained) await ledger.#chainOld();
      await migrate(database, schema, ledgerMigrations, never);
      const mark = ledger.#head.read();
      const stored = await ledger.stored();
      // A gateway that joins others takes their end as it finds it, and knows from then on what must be there.
      const joins = mark === undefined && (data.shared || stored.sequence === 0);
      if (joins) ledger.#head.create(stored);
      else ledger.#trouble = compareEnds(stored, mark, data.shared);
      return ledger;
    });
  }

  /** Entries of a gateway that did not chain yet. Only a ledger without a head file can be one of those. */
  async #chainOld(): Promise<void> {
    const mark = this.#head.read();
    const rows = await this.rows(`SELECT ${columns} FROM entry WHERE hash = '' ORDER BY sequence`);
    if (rows.length === 0) return;
    if (mark !== undefined)
      throw new Fault("precondition", "the audit ledger has unchained entries beside its head file: restore a backup", {
        reason: "LEDGER_BROKEN",
      });
    let head = genesis;
    const updates = rows.map((row) => {
      const hash = chainHash(this.key, rowOf(row), head.hash);
      const statement = sql(
        "UPDATE entry SET previous_hash = ?, hash = ? WHERE sequence = ?",
        head.hash,
        hash,
        Number(row["sequence"]),
      );
      head = { sequence: Number(row["sequence"]), hash };
      return statement;
    });
    await this.#database.batch("write", updates);
    this.#head.create(head);
  }

  /** The last stored entry's place. */
  async stored(): Promise<Head> {
    const [row] = await this.rows("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1");
    return row === undefined ? genesis : { sequence: Number(row["sequence"]), hash: String(row["hash"]) };
  }

  async ends(): Promise<Ends> {
    const [row] = await this.rows(
      "SELECT entry FROM entry WHERE kind = 'retention' AND outcome = 'succeeded' ORDER BY sequence DESC LIMIT 1",
    );
    return locked(this.#data, async () => {
      const stored = await this.stored();
      const trouble = compareEnds(stored, this.#head.read(), this.#data.shared) ?? this.#trouble;
      return { base: row === undefined ? genesis : pruned(row), stored, trouble };
    });
  }

  /**
   * Announces the last of the entries in the head file, inserts them all in one transaction, and confirms it there:
   * two flushes, however many entries. When the store's end is not where the head file says, they follow the later
   * of the two: what was cut off stays a gap that verification finds.
   */
  async append(rows: readonly NewRow[]): Promise<readonly Appended[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await locked(this.#data, () => this.#insert(rows));
      } catch (error) {
        if (!codeOf(error).startsWith("SQLITE_CONSTRAINT") || attempt === appendAttempts) throw error;
      }
    }
  }

  async #insert(rows: readonly NewRow[]): Promise<readonly Appended[]> {
    const stored = await this.stored();
    const mark = this.#head.read();
    const trouble = compareEnds(stored, mark, this.#data.shared);
    if (trouble !== undefined) {
      this.#trouble ??= trouble;
      if (mark === undefined || mark === "unreadable") this.#head.create(stored);
    }
    const known = typeof mark === "object" ? mark : genesis;
    const before: Head = known.sequence > stored.sequence ? known : stored;
    let last: Head = before;
    const appended: Appended[] = [];
    const values = rows.map((row) => {
      const sequence = last.sequence + 1;
      const previousHash = last.hash;
      const hash = chainHash(this.key, { ...row, sequence }, previousHash);
      last = { sequence, hash };
      appended.push({ ...last, previousHash });
      const { recordedAt, kind, outcome, source, runId, actor, startedSequence, entry } = row;
      return [sequence, recordedAt, kind, outcome, source, runId, actor, startedSequence, entry, previousHash, hash];
    });
    this.#head.announce(before, last);
    await this.#database.batch("write", insertStatements(`entry (${columns})`, values));
    try {
      this.#head.confirm(last);
    } catch {
      // They are in; the announcement, which is on disk, names them too.
    }
    return appended;
  }

  async delete(to: number): Promise<void> {
    await this.#database.batch("write", [sql("DELETE FROM entry WHERE sequence <= ?", to)]);
  }

  async rows(text: string, ...args: readonly SqlValue[]): Promise<readonly Row[]> {
    const [rows] = await this.#database.batch("read", [sql(text, ...args)]);
    return rows ?? [];
  }
}

/** A shared ledger's writers are elsewhere: the unique hash keeps them apart, and each has its own head file. */
async function locked<T>(data: LedgerWorkerData, work: () => Promise<T>): Promise<T> {
  return data.shared ? work() : withAppendLock(join(data.folder, "append.lock"), data.origin, work);
}

export function rowOf(row: Row): ChainedRow {
  return {
    sequence: Number(row["sequence"]),
    recordedAt: Number(row["recorded_at"]),
    kind: String(row["kind"]),
    outcome: String(row["outcome"]),
    source: String(row["source"]),
    runId: String(row["run_id"]),
    actor: String(row["actor"]),
    startedSequence: Number(row["started_sequence"]),
    entry: String(row["entry"]),
  };
}

function pruned(row: Row): Head {
  const { details } = JSON.parse(String(row["entry"])) as { details: Record<string, string> };
  return { sequence: Number(details["pruned_to"]), hash: String(details["pruned_hash"]) };
}
