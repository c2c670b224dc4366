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

/** The first member of the canonical form. Changing the form makes every ledger there is fail its verification. */
export const chainForm = "ledger/1";

/**
 * The hash over an entry's canonical form: a JSON array of `chainForm`, every stored column in this order, the entry
 * as the text that is stored, and the hash before it.
 */
export function chainHash(key: KeyObject, row: ChainedRow, previousHash: string): string {
  const { sequence, recordedAt, kind, outcome, source, runId, actor, startedSequence, entry } = row;
  const place = [sequence, recordedAt, kind, outcome, source, runId, actor, startedSequence, entry, previousHash];
  return formHash(key, JSON.stringify([chainForm, ...place]));
}

/** HMAC-SHA-256, hex. The key is made ready once: with its bytes each HMAC takes five times as long. */
export function formHash(key: KeyObject, form: string): string {
  return createHmac("sha256", key).update(form).digest("hex");
}
