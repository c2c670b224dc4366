import { type AuditEntry, AuditKind, AuditOutcome } from "../../gen/knowledge/v1/audit_service.ts";
import { wireWord } from "./wire-value.ts";

/** An entry's columns for people: number, time, kind, outcome, actor, source, what came of it. */
export function auditRow(entry: AuditEntry): string[] {
  const run = entry.run;
  const files = run?.files;
  const counts = files
    ? `+${files.added} ~${files.changed} -${files.removed} files, ${run?.chunks?.total ?? 0} chunks`
    : "";
  return [
    String(entry.sequence),
    entry.recordedAt?.toISOString() ?? "",
    wireWord(AuditKind, "AUDIT_KIND", entry.kind),
    wireWord(AuditOutcome, "AUDIT_OUTCOME", entry.outcome),
    entry.actor?.name || entry.actor?.tokenId || "",
    entry.source,
    run?.error ? `${run.error.reason}: ${run.error.message}` : counts,
  ];
}
