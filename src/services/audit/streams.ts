import { type AuditEntry, aborted } from "../../domain/mod.ts";
import type { AuditLedger, Clock } from "../../ports/mod.ts";

/** Entries of one message. */
const batchOf = 500;
/** How often a tail looks for new entries: another process may have appended them. */
const lookMs = 200;
/** The contract's heartbeat. */
const heartbeatMs = 15_000;

type Visible = readonly string[] | undefined;

/**
 * All entries after a sequence, oldest first. The next batch is read while the caller takes the present one, and no
 * further: a slow caller holds the reading up, and memory stays two batches whatever the ledger's size.
 */
export async function* exported(
  ledger: AuditLedger,
  after: number,
  visible: Visible,
  signal: AbortSignal,
): AsyncGenerator<readonly AuditEntry[], void> {
  let ahead = ledger.read(after, batchOf, visible, signal);
  for (;;) {
    const batch = await ahead;
    const last = batch.at(-1);
    const more = batch.length === batchOf && last !== undefined;
    if (more) {
      ahead = ledger.read(last.sequence, batchOf, visible, signal);
      ahead.catch(() => {}); // when the caller leaves, nobody waits for it
    }
    if (batch.length > 0) yield batch;
    if (!more) return;
  }
}

/**
 * Entries as they come, for ever, with an empty batch where nothing came for 15 s.
 * @param after undefined: from now on
 */
export async function* watched(
  ledger: AuditLedger,
  clock: Clock,
  after: number | undefined,
  visible: Visible,
  signal: AbortSignal,
): AsyncGenerator<readonly AuditEntry[], void> {
  let at = after ?? (await lastSequence(ledger, signal));
  let spoken = clock.now();
  while (!signal.aborted) {
    const batch = await ledger.read(at, batchOf, visible, signal);
    at = batch.at(-1)?.sequence ?? at;
    if (batch.length > 0 || clock.now() - spoken >= heartbeatMs) {
      yield batch;
      spoken = clock.now();
    }
    if (batch.length < batchOf) await clock.sleep(lookMs, signal);
  }
  throw aborted(signal);
}

async function lastSequence(ledger: AuditLedger, signal: AbortSignal): Promise<number> {
  const anything = { kinds: [], outcomes: [], actor: "", source: "", runId: "", since: 0, until: 0 };
  const [newest] = await ledger.list({ ...anything, visible: undefined }, 0, 1, signal);
  return newest?.sequence ?? 0;
}
