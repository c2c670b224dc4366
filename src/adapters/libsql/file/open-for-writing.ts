import { Connection } from "./database.ts";

/** Opens a store's file for its one writer; a file that is not there is made. `migrate` brings the schema up to date. */
export function openForWriting(file: string, cacheKib: number, migrate: (db: Connection) => void): Connection {
  const db = new Connection(file, cacheKib);
  try {
    // Both only work on an empty file. 8 KiB: most rows fit one page, and large values need fewer links.
    // Incremental: sweeps give space back without copying the file, as VACUUM would.
    if (db.number("PRAGMA page_count") === 0) db.exec("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL");
    db.sql("PRAGMA journal_mode = WAL").get([]);
    // A long run's log is cut back to this when it is checkpointed, bytes.
    db.sql("PRAGMA journal_size_limit = 67108864").get([]);
    migrate(db);
    return db;
  } catch (error) {
    // A thread that ends does not let go of the file on every runtime.
    db.close();
    throw error;
  }
}
