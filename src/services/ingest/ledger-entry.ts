import type { AuditOutcome, IngestRun, NewAuditEntry } from "../../domain/mod.ts";
import type { Asker } from "../../ports/mod.ts";

/** What the ledger says of a run at some point of it. */
export function ledgerEntry(
  outcome: AuditOutcome,
  run: IngestRun,
  startedSequence: number,
  details: Readonly<Record<string, string>> = {},
): NewAuditEntry {
  const { actor, requestId, source } = run;
  const dry: Readonly<Record<string, string>> = run.dryRun ? { dry_run: "true" } : {};
  return {
    kind: "ingest-run",
    outcome,
    actor,
    requestId,
    source,
    run,
    details: { ...dry, ...details },
    startedSequence,
  };
}

/**
 * Who cancels a run: the run's own closing entry names who started it. It stands by itself, since an entry that named
 * the STARTED one would close it while the run is still ending.
 */
export function cancelEntry(run: IngestRun, { actor, requestId }: Asker): NewAuditEntry {
  return { ...ledgerEntry("cancelled", run, 0, { change: "cancelled" }), actor, requestId };
}

/** How a run that is over closes its STARTED entry. */
export function closingOutcome({ state }: IngestRun): AuditOutcome {
  if (state === "pending" || state === "running") return "interrupted";
  return state;
}
