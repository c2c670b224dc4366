import { type ChainedRow, chainHash, type Head } from "./ledger-chain.ts";
import { missing } from "./ledger-head.ts";
import type { LedgerTrouble, Prunable, SliceResult, VerifySlice } from "./ledger-messages.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** Entries checked at a time: appends that wait behind a slice wait a few milliseconds. */
const sliceOf = 1_000;

/** Recomputes the hashes of the entries after one place, at most a thousand. */
export async function verifySlice(ledger: LedgerStore, { after, to }: VerifySlice): Promise<SliceResult> {
  // One column: the driver's cost of a row grows with its columns, and is most of the time otherwise.
  const rows = await ledger.rows(
    `SELECT json_array(sequence, recorded_at, kind, outcome, source, run_id, actor, started_sequence, entry,
       previous_hash, hash) AS stored
     FROM entry WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
    after.sequence,
    to,
    sliceOf,
  );
  let last: Head = after;
  let checked = 0;
  for (const { stored: text } of rows) {
    const { row, previous, hash } = stored(String(text));
    const trouble = troubleOf(last, row.sequence, previous, hash === chainHash(ledger.key, row, previous));
    if (trouble !== undefined) return { checked, last, trouble, done: true };
    last = { sequence: row.sequence, hash };
    checked += 1;
  }
  return { checked, last, trouble: undefined, done: rows.length < sliceOf };
}

/** A row from its JSON: its columns, the hashes last. */
function stored(text: string): { readonly row: ChainedRow; readonly previous: string; readonly hash: string } {
  const [sequence, recordedAt, kind, outcome, source, runId, actor, startedSequence, entry, previous, hash] =
    JSON.parse(text) as unknown[];
  const words = { kind: String(kind), outcome: String(outcome), source: String(source), runId: String(runId) };
  const numbers = {
    sequence: Number(sequence),
    recordedAt: Number(recordedAt),
    startedSequence: Number(startedSequence),
  };
  const row = { ...numbers, ...words, actor: String(actor), entry: String(entry) };
  return { row, previous: String(previous), hash: String(hash) };
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
