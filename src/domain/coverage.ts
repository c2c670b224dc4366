import type { FileFacts, LineRange } from "./artifact.ts";

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
