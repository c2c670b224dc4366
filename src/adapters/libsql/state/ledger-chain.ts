import { createHmac, type KeyObject } from "node:crypto";

/** An entry as it is stored, all but its hash. */
export interface ChainedRow {
  readonly sequence: number;
  readonly recordedAt: number;
  readonly kind: string;
  readonly outcome: string;
  readonly source: string;
  readonly runId: string;
  readonly actor: string;
  readonly startedSequence: number;
  /** JSON, verbatim. */
  readonly entry: string;
}

/** A place in the chain. */
export interface Head {
  /** 0 before the first entry. */
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
}

/** What the first entry follows. */
export const genesis: Head = { sequence: 0, hash: "0".repeat(64) };

/**
 * HMAC-SHA-256 over the canonical form: a JSON array of every stored column in this order, the entry as the text
 * that is stored, and the hash before it. Changing it makes every ledger there is fail its verification. The key is
 * made ready once: with its bytes each HMAC takes five times as long.
 */
export function chainHash(key: KeyObject, row: ChainedRow, previousHash: string): string {
  const { sequence, recordedAt, kind, outcome, source, runId, actor, startedSequence, entry } = row;
  const place = [sequence, recordedAt, kind, outcome, source, runId, actor, startedSequence, entry, previousHash];
  return createHmac("sha256", key)
    .update(JSON.stringify(["ledger/1", ...place]))
    .digest("hex");
}
