import { type CoverageReport, coverageClasses } from "../../../domain/mod.ts";
import type { Meter, Telemetry } from "../../../ports/mod.ts";

/** Reasons that were said of each source, so that one that is gone falls to zero. */
const said = new WeakMap<Meter, Map<string, Set<string>>>();
/** Of an excluded file the reason is the operator's rule: text that has no place in a label. */
const plainReason = /^[A-Z][A-Z0-9_]*$/;

/** What a report says, in the metrics. */
export function measure({ meter }: Pick<Telemetry, "meter">, report: CoverageReport): void {
  const { source, summary, commitsBehind, revision } = report;
  for (const one of coverageClasses) meter.set("km_coverage_files", { source, class: one }, summary[one]);
  meter.set("km_index_chunks", { source }, revision.chunks);
  if (commitsBehind >= 0) meter.set("km_index_commits_behind", { source }, commitsBehind);
  const bySource = said.get(meter) ?? new Map<string, Set<string>>();
  said.set(meter, bySource);
  const reasons = bySource.get(source) ?? new Set<string>();
  bySource.set(source, reasons);
  for (const reason of Object.keys(summary.byReason)) if (plainReason.test(reason)) reasons.add(reason);
  for (const reason of reasons) {
    meter.set("km_coverage_reasons", { source, reason }, summary.byReason[reason] ?? 0);
  }
}
