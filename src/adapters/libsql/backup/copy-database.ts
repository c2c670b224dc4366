import { existsSync } from "node:fs";
import { Connection } from "../file/mod.ts";

/** Kibibytes: a copy reads each page once. */
const cacheKib = 2_048;

/**
 * Copies a database as it is at one moment, while others read and write it: `VACUUM INTO` reads one snapshot, takes
 * no lock that a writer waits for, and leaves out free pages. Blocks its thread: for a command, never for a serving
 * gateway. Returns whether there was one.
 */
export function copyDatabase(from: string, to: string): boolean {
  // Opening would make it.
  if (!existsSync(from)) return false;
  using(from, (db) => db.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`));
  return true;
}

export function using<T>(file: string, work: (db: Connection) => T): T {
  const db = new Connection(file, cacheKib);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
