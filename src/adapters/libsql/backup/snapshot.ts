import { existsSync } from "node:fs";
import { Fault } from "../../../domain/mod.ts";
import { Connection } from "../file/mod.ts";
import { type Written, writeWhole } from "./write-whole.ts";

/** Kibibytes: a copy reads each page once. */
const cacheKib = 2_048;

/**
 * A database as it was at one moment, whoever writes to it until it is closed. A read transaction holds no lock that a
 * writer waits for; the write-ahead log only grows meanwhile. Every call blocks its thread: for a command, never for a
 * serving gateway.
 */
export interface Snapshot {
  readonly db: Pick<Connection, "sql" | "number">;
  /**
   * Writes the pages one after the other, as the pager sees them. `VACUUM INTO` takes as long, but opens its own moment,
   * can't be broken off, leaves the disk idle meanwhile, and what it wrote must be read again to be hashed.
   */
  copyTo(file: string, signal: AbortSignal): Promise<Written>;
  /** @throws Fault `precondition` naming the file: a copy of pages takes over damage that nobody sees. */
  check(): void;
  close(): void;
}

/** undefined: there is no such file, which opening would make. */
export function openSnapshot(file: string): Snapshot | undefined {
  if (!existsSync(file)) return undefined;
  const db = new Connection(file, cacheKib);
  try {
    db.exec("BEGIN");
    db.number("SELECT COUNT(*) FROM sqlite_schema"); // what is read first fixes the moment
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    db,
    copyTo: (to, signal) => writeWhole(to, pagesOf(db), signal),
    check() {
      const trouble = String(db.sql("PRAGMA quick_check(1)").get([])?.[0]);
      if (trouble !== "ok")
        throw new Fault("precondition", `${file} is damaged: ${trouble}; see \`gateway doctor\``, {
          reason: "BACKUP_REFUSED",
        });
    },
    close() {
      db.rollback();
      db.close();
    },
  };
}

function* pagesOf(db: Connection): Generator<Uint8Array> {
  for (const [page] of db.sql("SELECT data FROM sqlite_dbpage ORDER BY pgno").rows([])) yield page as Uint8Array;
}
