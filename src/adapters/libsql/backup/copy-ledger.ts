import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";
import { withAppendLock } from "../state/mod.ts";
import { copyDatabase, using } from "./copy-database.ts";

/** The last entry of a copied ledger. */
export interface LedgerEnd {
  /** 0: it has none. */
  readonly sequence: number;
  /** Hex; "" when it has none. */
  readonly hash: string;
}

/** Retention would have to let go of entries again and again, which it does four times a day. */
const attempts = 3;

/**
 * Copies the ledger's folder so that its head file names the last entry of the copy. Only the head file is read under
 * the lock that appends take, so none waits for the copy; entries appended meanwhile are left out of it.
 */
export async function copyLedger(from: string, to: string): Promise<LedgerEnd> {
  const database = join(from, "ledger.db");
  for (let attempt = 1; ; attempt += 1) {
    const [head, last] = await withAppendLock(join(from, "append.lock"), performance.timeOrigin, async () => [
      existsSync(join(from, "head")) ? readFileSync(join(from, "head")) : undefined,
      existsSync(database) ? using(database, (db) => db.number("SELECT MAX(sequence) FROM entry")) : 0,
    ]);
    const copy = join(to, "ledger.db");
    rmSync(copy, { force: true });
    const end = copyDatabase(database, copy) ? cutAfter(copy, last) : { sequence: 0, hash: "" };
    if (end !== undefined) {
      if (head !== undefined) writeFileSync(join(to, "head"), head, { mode: 0o600 });
      return end;
    }
    if (attempt === attempts)
      throw new Fault("unavailable", "the ledger let go of old entries while it was copied; run the backup again");
  }
}

/** undefined: among what is to be cut is a checkpoint that says which entries before it are gone. */
function cutAfter(copy: string, last: number): LedgerEnd | undefined {
  return using(copy, (db) => {
    if (db.number("SELECT COUNT(*) FROM entry WHERE sequence > ? AND kind = 'retention'", [last]) > 0) return undefined;
    db.sql("DELETE FROM entry WHERE sequence > ?").run([last]);
    const [sequence = 0, hash = ""] =
      db.sql("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1").get([]) ?? [];
    return { sequence: Number(sequence), hash: String(hash) };
  });
}
