import { type CoverageEntry, type CoverageReport, throwIfAborted } from "../../domain/mod.ts";
import type { CoverageStore } from "../../ports/mod.ts";

interface Kept {
  readonly report: CoverageReport;
  readonly entries: readonly CoverageEntry[];
}

/** Coverage reports in this process. */
export function memoryCoverageStore(historyLimit = 30): CoverageStore {
  const kept = new Map<string, readonly Kept[]>();
  const of = (source: string) => kept.get(source) ?? [];
  return {
    async save(source, entries, report, signal) {
      const all: CoverageEntry[] = [];
      for await (const entry of entries) all.push(entry);
      throwIfAborted(signal);
      const made = report();
      const newest = [{ report: made, entries: all }, ...of(source)];
      newest.sort((a, b) => b.report.generatedAt - a.report.generatedAt);
      kept.set(source, newest.slice(0, historyLimit));
      return made;
    },
    async reports(source, signal) {
      throwIfAborted(signal);
      return of(source).map(({ report }) => report);
    },
    async entries(source, reportId, { classes, pathPrefixes }, afterPath, limit, signal) {
      throwIfAborted(signal);
      return of(source)
        .find(({ report }) => report.reportId === reportId)
        ?.entries.filter(
          ({ path, coverageClass }) =>
            path > afterPath &&
            (classes.length === 0 || classes.includes(coverageClass)) &&
            (pathPrefixes.length === 0 || pathPrefixes.some((prefix) => path.startsWith(prefix))),
        )
        .slice(0, limit);
    },
  };
}
