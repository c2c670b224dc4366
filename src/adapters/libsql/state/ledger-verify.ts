import { chainForm, chainHash, formHash, type Head } from "./ledger-chain.ts";
import { missing } from "./ledger-head.ts";
import type { LedgerTrouble, Prunable, SliceResult, VerifySlice } from "./ledger-messages.ts";
import { type LedgerStore, rowOf } from "./ledger-store.ts";

/** Entries checked at a time: appends that wait behind a slice wait a few milliseconds. */
const sliceOf = 1_000;
const hashLength = 64;
const columns = "sequence, recorded_at, kind, outcome, source, run_id, actor, started_sequence, entry";

/**
 * Recomputes the hashes of the entries after one place, at most a thousand. The engine writes the canonical form of
 * each, one text with its hash behind it (the driver's cost of a row grows with its columns); where that is not what
 * must come next, the row is looked at by its columns, which is slow and decides.
 */
export async function verifySlice(ledger: LedgerStore, { after, to }: VerifySlice): Promise<SliceResult> {
  const rows = await ledger.rows(
    `SELECT json_array('${chainForm}', ${columns}, previous_hash) || hash AS stored
     FROM entry WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
    after.sequence,
    to,
    sliceOf,
  );
  let last: Head = after;
  let checked = 0;
  for (const { stored } of rows) {
    const next = following(ledger, last, String(stored));
    const { head, trouble } = next === undefined ? await lookedAt(ledger, last) : { head: next };
    if (trouble !== undefined) return { checked, last, trouble, done: true };
    last = head;
    checked += 1;
  }
  return { checked, last, trouble: undefined, done: rows.length < sliceOf };
}

/** The place of an entry that is as it must be; undefined when it is not, or not written as we would write it. */
function following(ledger: LedgerStore, last: Head, stored: string): Head | undefined {
  const form = stored.slice(0, -hashLength);
  const hash = stored.slice(-hashLength);
  const sequence = last.sequence + 1;
  const placed = form.startsWith(`["${chainForm}",${sequence},`) && form.endsWith(`,"${last.hash}"]`);
  return placed && hash === formHash(ledger.key, form) ? { sequence, hash } : undefined;
}

async function lookedAt(
  ledger: LedgerStore,
  last: Head,
): Promise<{ readonly head: Head; readonly trouble?: LedgerTrouble | undefined }> {
  const [stored] = await ledger.rows(
    `SELECT ${columns}, previous_hash, hash FROM entry WHERE sequence > ? ORDER BY sequence LIMIT 1`,
    last.sequence,
  );
  // Retention took it meanwhile, which the caller finds out.
  if (stored === undefined) return { head: last, trouble: missing(last.sequence + 1, last.sequence + 1) };
  const row = rowOf(stored);
  const [previous, hash] = [String(stored["previous_hash"]), String(stored["hash"])];
  const trouble = troubleOf(last, row.sequence, previous, hash === chainHash(ledger.key, row, previous));
  return { head: { sequence: row.sequence, hash }, trouble };
}

function troubleOf(last: Head, sequence: number, previous: string, signed: boolean): LedgerTrouble | undefined {
  if (sequence !== last.sequence + 1) return missing(last.sequence + 1, sequence - 1);
  if (!signed) return { sequence, problem: `entry ${sequence} was changed, or written without the key` };
  if (previous !== last.hash) return { sequence, problem: `entry ${sequence} does not follow entry ${last.sequence}` };
  return undefined;
}

/** What a range that does not begin at the chain's base begins after: the entry before it, as it is stored. */
export async function placeBefore(ledger: LedgerStore, sequence: number): Promise<Head | undefined> {
  const [row] = await ledger.rows("SELECT sequence, hash FROM entry WHERE sequence = ?", sequence - 1);
  return row && { sequence: Number(row["sequence"]), hash: String(row["hash"]) };
}

/** The entries before the first one recorded at or after `before`; the newest stays whatever its age. */
export async function prunable(ledger: LedgerStore, before: number): Promise<Prunable | undefined> {
  const { base, stored } = await ledger.ends();
  const [kept] = await ledger.rows("SELECT MIN(sequence) AS first FROM entry WHERE recorded_at >= ?", before);
  const first = kept?.["first"] === null || kept === undefined ? stored.sequence : Number(kept["first"]);
  const end = await placeBefore(ledger, Math.min(first, stored.sequence));
  if (end === undefined || end.sequence <= base.sequence) return undefined;
  return { from: base.sequence + 1, to: end, entries: end.sequence - base.sequence };
}
