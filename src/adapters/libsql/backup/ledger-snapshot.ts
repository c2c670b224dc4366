import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withAppendLock } from "../state/mod.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";

/** The last entry of a copied ledger. */
export interface LedgerEnd {
  /** 0: it has none. */
  readonly sequence: number;
  /** Hex; "" when it has none. */
  readonly hash: string;
}

export interface LedgerSnapshot {
  /** undefined: its entries are on a server, or there are none. */
  readonly entries: Snapshot | undefined;
  /** The head file, which names the last of these entries; undefined: there is none. */
  readonly head: Uint8Array | undefined;
  readonly end: LedgerEnd;
}

/** Head file and entries of one moment, between two appends: only the look at them is under the lock that appends take. */
export async function openLedgerSnapshot(folder: string): Promise<LedgerSnapshot> {
  const none = { entries: undefined, head: undefined, end: { sequence: 0, hash: "" } };
  if (!existsSync(folder)) return none;
  return withAppendLock(join(folder, "append.lock"), performance.timeOrigin, async () => {
    const head = existsSync(join(folder, "head")) ? readFileSync(join(folder, "head")) : undefined;
    const entries = openSnapshot(join(folder, "ledger.db"));
    if (entries === undefined) return { ...none, head };
    const last = entries.db.sql("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1").get([]);
    return { entries, head, end: { sequence: Number(last?.[0] ?? 0), hash: String(last?.[1] ?? "") } };
  });
}
