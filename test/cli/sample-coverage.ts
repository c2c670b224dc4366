import { CoverageEntry, CoverageReport, GetLifecycleResponse } from "../../gen/knowledge/v1/ingest_service.ts";
import type { WholeCoverage } from "../../src/cli/coverage/read-coverage.ts";

/** Names that try to be markup, script, or something they are not. */
export const hostileNames = [
  `<img src=x onerror="document.title='pwned'">.ts`,
  `</script><script>document.title="pwned"</script>.ts`,
  `<!--<script>.ts`,
  `"><svg onload=document.title='pwned'>.ts`,
  `&lt;b&gt;.ts`,
  `\u202egnp.exe`,
  `a\u2028b.ts`,
  `javascript:document.title='pwned'`,
  `\${document.title='pwned'}\``,
];

/** A report of so many files, the hostile ones among them. */
export function sampleCoverage(count: number): WholeCoverage {
  const entries: CoverageEntry[] = hostileNames.map((path) => entryOf(path, 4, `reason ${path}`, path));
  for (let i = 0; entries.length < count; i += 1) {
    const kind = i % 50 === 3 ? 3 : i % 20 === 1 ? 2 : 1;
    const reason = kind === 3 ? "BINARY" : kind === 2 ? "PARSE_ERROR" : "";
    entries.push(entryOf(`src/room-${i % 40}/deep/file-${i}.ts`, kind, reason, `room-${i % 40}`));
  }
  const of = (kind: number) => entries.filter((entry) => entry.coverageClass === kind).length;
  const summary = {
    tracked: entries.length,
    indexed: of(1),
    partial: of(2),
    skipped: of(3),
    excluded: of(4),
    chunks: entries.length * 2,
    lines: entries.length * 20,
    linesIndexed: entries.length * 19,
    byArtifactType: { code: entries.length },
    byReason: { BINARY: of(3), PARSE_ERROR: of(2), ...Object.fromEntries(hostileNames.map((name) => [name, 1])) },
    removedPaths: hostileNames,
  };
  const history = Array.from({ length: 12 }, (_, i) =>
    CoverageReport.fromPartial({
      reportId: `r${12 - i}`,
      generatedAt: new Date(Date.UTC(2026, 0, 30 - i, 2, 15)),
      revision: { source: "gateway", commit: "0123456789abcdef", indexedAt: new Date(Date.UTC(2026, 0, 30)) },
      summary: { ...summary, indexed: summary.indexed - i * 20, partial: summary.partial + i * 20 },
    }),
  );
  return { report: history[0]!, entries, history, lifecycle: sampleLifecycle() };
}

/** Documents, subsystems and nodes whose names are hostile, among plain ones. */
export function sampleLifecycle(): GetLifecycleResponse {
  const plain = ["docs/deploy.md", "docs/guide/first-steps.md", "README.md"];
  return GetLifecycleResponse.fromPartial({
    generatedAt: new Date(Date.UTC(2026, 0, 30)),
    revision: { source: "gateway", commit: "0123456789abcdef" },
    staleDocs: [...plain, ...hostileNames].map((path, i) => ({
      path,
      docUpdatedAt: new Date(Date.UTC(2025, 10, 1 + i)),
      changedPaths: Array.from(
        { length: 1 + ((i * 5) % 12) },
        (_, n) => `src/room-${n}/${n === 3 ? path : `file-${i}.ts`}`,
      ),
    })),
    subsystemsWithoutTests: ["infra", ...hostileNames],
    orphanNodeIds: [...hostileNames, ...plain].map((name) => `file:gateway/${name}`),
  });
}

function entryOf(path: string, coverageClass: number, reason: string, subsystem: string): CoverageEntry {
  return CoverageEntry.fromPartial({
    path,
    coverageClass: coverageClass as CoverageEntry["coverageClass"],
    reason,
    artifactType: 1,
    language: "typescript",
    subsystem,
    chunks: 2,
    lines: 20,
    linesIndexed: coverageClass === 1 ? 20 : 15,
    notIndexed: coverageClass === 2 ? [{ start: 3, end: 7 }] : [],
    commit: "0123456789abcdef",
    updatedAt: new Date(Date.UTC(2026, 0, 1)),
  });
}
