import type { AuditOutcome, IngestRun, NewAuditEntry } from "../../domain/mod.ts";

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

/** How a run that is over closes its STARTED entry. */
export function closingOutcome({ state }: IngestRun): AuditOutcome {
  if (state === "pending" || state === "running") return "interrupted";
  return state;
}
