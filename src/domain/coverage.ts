import type { FileFacts, LineRange } from "./artifact.ts";
import type { Revision } from "./revision.ts";

/** Every tracked file ends in exactly one. */
export const coverageClasses = ["indexed", "partial", "skipped", "excluded"] as const;
export type CoverageClass = (typeof coverageClasses)[number];

/** UPPER_SNAKE reasons; "" for indexed files. An excluded file's reason is the rule that excludes it. */
export type CoverageReason = string;

/** One tracked file as the index knows it, whatever its class. */
export interface FileRecord extends FileFacts {
  readonly path: string;
  /** Identity of the content: the Git blob id, or "sha1:…" of what was read. */
  readonly contentId: string;
  readonly coverageClass: CoverageClass;
  readonly reason: CoverageReason;
  /** Bytes on disk. */
  readonly size: number;
  readonly lines: number;
  readonly linesIndexed: number;
  readonly notIndexed: readonly LineRange[];
  /** Lines blanked because they hold a secret. */
  readonly redacted: readonly LineRange[];
  readonly chunks: number;
}

/** What a report adds up to: tracked = indexed + partial + skipped + excluded. */
export interface CoverageSummary extends Readonly<Record<CoverageClass, number>> {
  readonly tracked: number;
  readonly chunks: number;
  readonly lines: number;
  readonly linesIndexed: number;
  /** Files by artifact type; types without a file are left out. */
  readonly byArtifactType: Readonly<Record<string, number>>;
  /** Files by reason, those that have one. */
  readonly byReason: Readonly<Record<string, number>>;
  /** In the report before this one and no longer tracked, in path order; the first `removedPathsLimit`. */
  readonly removedPaths: readonly string[];
}

/** Removed paths that a report names: as many as fit a reply beside a full page of entries. */
export const removedPathsLimit = 10_000;

/** A source at one moment: what was indexed of it, and what was not and why. Its entries are kept beside it. */
export interface CoverageReport {
  readonly reportId: string;
  readonly source: string;
  /** Unix ms. */
  readonly generatedAt: number;
  /** The served state that it describes. */
  readonly revision: Revision;
  /** The run it was written after; "" for one that a schedule or a person asked for. */
  readonly runId: string;
  readonly summary: CoverageSummary;
  /** Commits between the indexed one and HEAD when it was written; -1 when unknown. */
  readonly commitsBehind: number;
}

/** Values inside a field are alternatives; an empty field filters nothing. */
export interface CoverageFilter {
  readonly classes: readonly CoverageClass[];
  readonly pathPrefixes: readonly string[];
}

/** One tracked file in a report. */
export type CoverageEntry = Omit<FileRecord, "contentId" | "size" | "tags" | "redacted">;
