import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";

/** Sets databases back to what the first gateway wrote, with what they hold: as an upgrade finds them. */

function change(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file);
  try {
    work(db);
  } finally {
    db.close();
  }
}

/** The chunk index before what its segments lost stood beside them. */
export function firstIndex(file: string): void {
  change(file, (db) => {
    db.exec("UPDATE segments SET gone = coalesce((SELECT gone FROM losses WHERE segment = segments.id), 0)");
    db.exec("DROP TRIGGER losses_end; DROP TABLE losses; PRAGMA user_version = 1");
  });
}

/** The graph before outlines stood apart: one line a file, that has all its names and mentions. */
export function firstGraph(file: string): void {
  change(file, (db) => {
    const rows = db.prepare("SELECT id, said FROM facts").raw().all([]) as [number, string][];
    const put = db.prepare("UPDATE facts SET said = ? WHERE id = ?");
    for (const [id, said] of rows) {
      const [outline = "", mentions = ""] = said.split("\n");
      const [names, module, definitions, imports, , rest] = JSON.parse(outline) as unknown[];
      const [more, all] = JSON.parse(mentions) as [string[], number[]];
      put.run([JSON.stringify([[...(names as string[]), ...more], module, definitions, imports, all, rest]), id]);
    }
    db.exec("PRAGMA user_version = 1");
  });
}

/** Job state before schedules and tokens were kept. */
export function firstJobState(file: string): void {
  change(file, (db) => {
    for (const table of ["schedule", "retired", "token", "token_version", "progress"]) db.exec(`DROP TABLE ${table}`);
    db.exec("UPDATE version SET version = 1");
  });
}

/** The ledger before its entries were chained, which had neither a key nor a head beside it. */
export function firstLedger(folder: string): void {
  const own = /^ledger\.db/;
  for (const name of readdirSync(folder)) if (!own.test(name)) rmSync(join(folder, name), { recursive: true });
  change(join(folder, "ledger.db"), (db) => {
    for (const index of ["begun", "previous"]) db.exec(`DROP INDEX entry_${index}`);
    for (const column of ["previous_hash", "hash"]) db.exec(`ALTER TABLE entry DROP COLUMN ${column}`);
    for (const column of ["outcome", "source", "actor"])
      db.exec(`CREATE INDEX entry_${column} ON entry (${column}, sequence)`);
    db.exec("UPDATE version SET version = 1");
  });
}
