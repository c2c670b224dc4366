import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AuditEntry, Fault, insider, type NewAuditEntry } from "../../../domain/mod.ts";
import type { AuditLedger, Clock } from "../../../ports/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import type {
  Appended,
  Ends,
  LedgerRequest,
  LedgerTrouble,
  LedgerWorkerData,
  Prunable,
  SliceResult,
} from "./ledger-messages.ts";
import { findEntries, openEntries, readEntries, toEntry } from "./ledger-queries.ts";
import { makeStateFolder } from "./state-folder.ts";
import { type Row, type Statement, sql } from "./statement.ts";
import { workerCalls } from "./worker-calls.ts";

export interface LedgerOptions {
  /** The state directory; the ledger is `audit/ledger.db` in it, with head file and key beside it. */
  readonly statePath: string;
  /** Default: `audit/key` in the state directory, made when missing. */
  readonly keyFile?: string | undefined;
  /** A libSQL server instead of the file. Head file and key stay here. */
  readonly url?: string | undefined;
  readonly authToken?: string | undefined;
}

/** For what must not stop half-way. */
const unstoppable = new AbortController().signal;

/**
 * Opens the audit ledger, making or migrating it first. An end that is not where the head file says is recorded as
 * an entry of its own, and work goes on.
 * @throws Fault `precondition` (not writable, newer version, key missing), `unavailable` (locked), `internal` (damaged).
 */
export async function openLedger(options: LedgerOptions, clock: Clock, signal: AbortSignal): Promise<AuditLedger> {
  const folder = makeStateFolder(options.statePath, "audit");
  const store = `the audit ledger (${options.url === undefined ? "audit/ledger.db" : "KM_AUDIT_URL"})`;
  const data: LedgerWorkerData = {
    store,
    url: options.url ?? pathToFileURL(join(folder, "ledger.db")).href,
    authToken: options.authToken,
    shared: options.url !== undefined,
    folder,
    keyFile: options.keyFile ?? join(folder, "key"),
    origin: performance.timeOrigin,
  };
  const worker = workerCalls<LedgerRequest>(spawnWorker(import.meta.url, "./ledger-worker", data), store);
  const query = async ({ sql: text, args }: Statement, querySignal: AbortSignal) =>
    (await worker.call({ op: "query", sql: text, args }, querySignal)) as readonly Row[];

  async function recorded<T>(request: LedgerRequest, appendSignal: AbortSignal): Promise<T> {
    try {
      return (await worker.call(request, appendSignal)) as T;
    } catch (error) {
      if (error instanceof Fault && (error.code === "cancelled" || error.code === "deadline")) throw error;
      const message = "the audit ledger can't record this, so it was not done; see the gateway's log";
      throw new Fault("unavailable", message, { cause: error, reason: "LEDGER_UNAVAILABLE" });
    }
  }

  async function append(entry: NewAuditEntry, appendSignal: AbortSignal): Promise<AuditEntry> {
    const row = newRow(entry, clock.now());
    const appended = await recorded<Appended>({ op: "append", row }, appendSignal);
    return { ...entry, ...appended, recordedAt: row.recordedAt };
  }

  /** An entry of the ledger about itself. */
  function ownEntry(change: Pick<NewAuditEntry, "kind" | "outcome" | "details">): NewAuditEntry {
    const { tokenId, name, scope, peer } = insider("start");
    const nothing = { requestId: "", source: "", run: undefined, startedSequence: 0 };
    return { actor: { tokenId, name, scope, peer }, ...nothing, ...change };
  }

  async function verifyOnce(from: number, to: number, verifySignal: AbortSignal) {
    const { base, stored, trouble: atEnd } = (await worker.call({ op: "ends" }, verifySignal)) as Ends;
    const start = Math.max(from, base.sequence + 1);
    const end = to === 0 ? stored.sequence : Math.min(to, stored.sequence);
    let last = base;
    if (start > base.sequence + 1) {
      const place = await worker.call({ op: "place-before", sequence: start }, verifySignal);
      last = (place as Ends["base"] | undefined) ?? { sequence: start - 1, hash: "" };
    }
    let checked = 0;
    let trouble: LedgerTrouble | undefined;
    for (let done = start > end; !done; ) {
      const slice = { after: last, to: end };
      const result = (await worker.call({ op: "check", slice }, verifySignal)) as SliceResult;
      checked += result.checked;
      ({ last, trouble, done } = result);
    }
    if (trouble === undefined && last.sequence < end)
      trouble = { sequence: last.sequence + 1, problem: `entries from ${last.sequence + 1} are missing` };
    if (to === 0 || to >= stored.sequence) trouble ??= atEnd;
    return {
      intact: trouble === undefined,
      checked,
      headSequence: stored.sequence,
      headHash: stored.hash,
      firstBad: trouble?.sequence ?? 0,
      problem: trouble?.problem ?? "",
      base: base.sequence,
    };
  }

  try {
    const trouble = (await worker.call({ op: "open" }, signal)) as LedgerTrouble | undefined;
    if (trouble !== undefined) {
      const details = { ledger: trouble.problem, from_sequence: String(trouble.sequence) };
      await append(ownEntry({ kind: "config-change", outcome: "failed", details }), signal);
    }
  } catch (error) {
    await worker.close();
    throw error;
  }

  return {
    append,
    async appendAll(entries, appendSignal) {
      const recordedAt = clock.now();
      const rows = entries.map((entry) => newRow(entry, recordedAt));
      const appended = await recorded<readonly Appended[]>({ op: "append-all", rows }, appendSignal);
      return entries.map((entry, at) => ({ ...entry, ...appended[at]!, recordedAt }));
    },
    async ready(readySignal) {
      await query(sql("SELECT 1 AS one"), readySignal);
    },
    async list(filter, before, limit, listSignal) {
      return (await query(findEntries(filter, before, limit), listSignal)).map(toEntry);
    },
    async read(after, limit, visible, readSignal) {
      return (await query(readEntries(after, Math.min(limit, 500), visible), readSignal)).map(toEntry);
    },
    async get(sequence, getSignal) {
      const [row] = await query(sql("SELECT * FROM entry WHERE sequence = ?", sequence), getSignal);
      return row && toEntry(row);
    },
    async open(openSignal) {
      return (await query(openEntries, openSignal)).map(toEntry);
    },

    async verify(from, to, verifySignal) {
      for (;;) {
        const { base: verified, ...result } = await verifyOnce(from, to, verifySignal);
        if (result.intact) return result;
        // Retention may have deleted what was being read.
        const { base } = (await worker.call({ op: "ends" }, verifySignal)) as Ends;
        if (base.sequence === verified) return result;
      }
    },
    async prune(before, pruneSignal) {
      const { base } = (await worker.call({ op: "ends" }, pruneSignal)) as Ends;
      // What an earlier checkpoint let go of, and a crash left.
      await worker.call({ op: "delete", to: base.sequence }, pruneSignal);
      const old = (await worker.call({ op: "prunable", before }, pruneSignal)) as Prunable | undefined;
      if (old === undefined) return 0;
      const details = {
        pruned_from: String(old.from),
        pruned_to: String(old.to.sequence),
        pruned_hash: old.to.hash,
        entries: String(old.entries),
        recorded_before: new Date(before).toISOString(),
      };
      await append(ownEntry({ kind: "retention", outcome: "succeeded", details }), pruneSignal);
      await worker.call({ op: "delete", to: old.to.sequence }, unstoppable);
      return old.entries;
    },

    close: () => worker.close(),
  };
}

function newRow(entry: NewAuditEntry, recordedAt: number) {
  return {
    recordedAt,
    kind: entry.kind,
    outcome: entry.outcome,
    source: entry.source,
    runId: entry.run?.runId ?? "",
    actor: entry.actor.tokenId,
    startedSequence: entry.startedSequence,
    entry: JSON.stringify(entry),
  };
}
