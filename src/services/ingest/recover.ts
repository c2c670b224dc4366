import {
  type AuditEntry,
  type AuditKind,
  Fault,
  type IngestRun,
  isOver,
  type NewAuditEntry,
} from "../../domain/mod.ts";
import type { IngestParts } from "./ingest-parts.ts";
import { type IngestSettings, leaseName, leaseTtlMs } from "./ingest-settings.ts";
import { closingOutcome, ledgerEntry } from "./ledger-entry.ts";

/** Runs read from job state, and ended in one transaction, at a time. */
const pageOf = 1_000;
/** Runs that have a line of the log each at a start; of the others it has the number, and the ledger has all. */
const runsNamed = 10;

/**
 * Sets right what a dead process left: its runs are FAILED (INTERRUPTED), its ledger entries closed, its leases
 * free. A run whose generation is served did end, whatever it could not write down any more.
 */
export async function recover(parts: IngestParts, settings: IngestSettings, signal: AbortSignal): Promise<void> {
  // With several gateways on one state a run that looks left behind may be another's: its lease decides.
  if (settings.soleOwner ?? true) for (const { name } of parts.sources.all()) await takeBack(parts, name, signal);
  await endLeft(parts, settings, signal);
  await checkServed(parts, signal);
}

/** Ends what dead processes left. Of several gateways on one state, those that live do it for the others too. */
export async function endLeft(parts: IngestParts, settings: IngestSettings, signal: AbortSignal): Promise<void> {
  await endRuns(parts, signal);
  // An entry that is younger than a lease may be of work that another gateway is just beginning or ending.
  const youngest = (settings.soleOwner ?? true) ? Number.MAX_SAFE_INTEGER : parts.clock.now() - leaseTtlMs;
  await closeEntries(parts, youngest, signal);
}

/**
 * An index that was lost, or put back from a copy of another time, must not be served as if it were complete: what
 * does not hold what job state says is served no more, and the next run builds it anew.
 */
async function checkServed({ state, index, sources, telemetry }: IngestParts, signal: AbortSignal): Promise<void> {
  for (const revision of state.revisions.served()) {
    const { source, files, chunks } = revision;
    if (sources.get(source) === undefined) continue;
    const held = await index.count(revision, signal).catch((error: unknown) => {
      // A shared index that is away must not keep the gateway from starting: it is unready until the index answers.
      if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
      telemetry.log.warn({ err: error, source }, "whether the index holds what is served can't be told: it is away");
      return undefined;
    });
    if (held === undefined) return;
    if (held.files === files && held.chunks === chunks) continue;
    await state.revisions.retire(source, signal);
    const found = { files: held.files, chunks: held.chunks, promised_files: files, promised_chunks: chunks };
    telemetry.log.error(
      { source, generation: revision.generation, ...found },
      "the index does not hold the generation that was served (was it lost, or put back from a copy?): the source is served again once its next ingest has built it anew",
    );
  }
}

async function takeBack({ state, clock }: IngestParts, source: string, signal: AbortSignal): Promise<void> {
  const name = leaseName(source);
  let lease = await state.leases.acquire(name, `recovery:${clock.uuid()}`, leaseTtlMs, signal);
  if ("heldBy" in lease) lease = await state.leases.acquire(name, lease.heldBy, leaseTtlMs, signal);
  if (!("heldBy" in lease)) await state.leases.release(lease);
}

/** Does the work when no process has the lease that a run of the source would hold, with that lease. */
async function whereLeft(parts: IngestParts, source: string, work: () => Promise<void>, signal: AbortSignal) {
  const { leases } = parts.state;
  const lease = await leases.acquire(leaseName(source), `recovery:${parts.clock.uuid()}`, leaseTtlMs, signal);
  if ("heldBy" in lease) return;
  await work().finally(() => leases.release(lease));
}

async function endRuns(parts: IngestParts, signal: AbortSignal): Promise<void> {
  const { state, clock, telemetry } = parts;
  let named = 0;
  for (let after = ""; ; ) {
    const left = await state.jobs.runs({ sources: [], states: ["pending", "running"] }, after, pageOf, signal);
    for (const source of new Set(left.map((run) => run.source))) {
      const ids = left.flatMap((run) => (run.source === source ? [run.runId] : []));
      const end = async () => {
        // Read again: they may have ended by themselves before the lease was free.
        const runs = (await state.jobs.runsById(ids, signal)).filter((run) => !isOver(run.state));
        if (runs.length === 0) return;
        const finishedAt = clock.now();
        await state.jobs.saveRuns(
          runs.map((run) => interrupted(run, finishedAt)),
          signal,
        );
        for (const { runId } of runs) {
          if (named < runsNamed) telemetry.log.warn({ ingest_run_id: runId, source }, "a run was found interrupted");
          named += 1;
        }
      };
      await whereLeft(parts, source, end, signal);
    }
    if (left.length < pageOf) break;
    after = left.at(-1)!.runId;
  }
  const more = named - runsNamed;
  if (more > 0) telemetry.log.warn({ runs: more }, "more runs were found interrupted: the ledger names them");
}

function interrupted(run: IngestRun, finishedAt: number): IngestRun {
  const error = {
    reason: "INTERRUPTED",
    message: "the process that ran it ended before it did; start it again",
    stage: Object.keys(run.stages).at(-1) ?? "waiting",
    path: "",
  };
  return { ...run, state: "failed", finishedAt, error };
}

/** Work without a run: what became of it, its own store says. */
const simple: ReadonlySet<AuditKind> = new Set([
  ...(["schedule-change", "token-issued", "token-rotated", "token-revoked"] as const),
  ...(["cypher-query", "backup"] as const),
]);

/**
 * A backup is another process's, which may well be copying beside the gateway that starts; nothing but its age tells
 * whether it lives. One that is an hour old was killed: the largest state that was measured takes seconds.
 */
const longestBackupMs = 3_600_000;

/**
 * Entries closed in one transaction: its two flushes are then nothing beside its rows, and other gateways on the ledger
 * wait for some tens of milliseconds.
 */
const closedTogether = 1_000;

/** Those recorded up to `youngest`, Unix ms. */
async function closeEntries(parts: IngestParts, youngest: number, signal: AbortSignal): Promise<void> {
  const { state, ledger, clock } = parts;
  const backups = Math.min(youngest, clock.now() - longestBackupMs);
  const isLeft = ({ kind, recordedAt }: AuditEntry) => recordedAt <= (kind === "backup" ? backups : youngest);
  const left = (await ledger.open(signal)).filter(isLeft);
  for (let from = 0; from < left.length; from += closedTogether) {
    const some = left.slice(from, from + closedTogether);
    const ids = some.flatMap(({ kind, run }) => (kind === "ingest-run" && run ? [run.runId] : []));
    const runs = new Map((await state.jobs.runsById(ids, signal)).map((run) => [run.runId, run]));
    const closings = some.flatMap((entry) => closingOf(entry, runs) ?? []);
    if (closings.length > 0) await ledger.appendAll(closings, signal);
  }
}

/** Undefined: it is not for a start to close. */
function closingOf(
  { kind, run: begun, sequence, ...entry }: AuditEntry,
  runs: ReadonlyMap<string, IngestRun>,
): NewAuditEntry | undefined {
  if (simple.has(kind) && begun === undefined) {
    const { actor, requestId, source, details } = entry;
    return { kind, outcome: "interrupted", run: begun, startedSequence: sequence, actor, requestId, source, details };
  }
  if (kind !== "ingest-run" || begun === undefined) return undefined;
  const run = runs.get(begun.runId) ?? begun;
  const interrupted = run.error?.reason === "INTERRUPTED" || run === begun;
  if (!interrupted && closingOutcome(run) === "interrupted") return undefined;
  const outcome = interrupted ? "interrupted" : closingOutcome(run);
  return ledgerEntry(outcome, run, sequence, { closed_by: "the start after it" });
}
