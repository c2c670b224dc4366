import { type CoverageEntry, type CoverageSummary, removedPathsLimit } from "../../../domain/mod.ts";

/** Adds entries up, in path order, beside the paths of the report before. */
export interface Sum {
  add(entry: CoverageEntry): void;
  remove(path: string): void;
  /** What was added so far. */
  summary(): CoverageSummary;
}

export function addUp(): Sum {
  const classes = { indexed: 0, partial: 0, skipped: 0, excluded: 0 };
  const byArtifactType = new Map<string, number>();
  const byReason = new Map<string, number>();
  const removedPaths: string[] = [];
  let tracked = 0;
  let chunks = 0;
  let lines = 0;
  let linesIndexed = 0;
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    add(entry) {
      tracked += 1;
      classes[entry.coverageClass] += 1;
      chunks += entry.chunks;
      lines += entry.lines;
      linesIndexed += entry.linesIndexed;
      count(byArtifactType, entry.artifactType);
      if (entry.reason !== "") count(byReason, entry.reason);
    },
    remove(path) {
      if (removedPaths.length < removedPathsLimit) removedPaths.push(path);
    },
    summary: () => ({
      tracked,
      ...classes,
      chunks,
      lines,
      linesIndexed,
      byArtifactType: sorted(byArtifactType),
      byReason: sorted(byReason),
      removedPaths,
    }),
  };
}

/** Null-prototype: a rule that excludes files may be called anything. */
function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  const record: Record<string, number> = Object.create(null);
  for (const key of [...counts.keys()].sort()) record[key] = counts.get(key)!;
  return record;
}
