import type { Refusal } from "../../domain/discovery/mod.ts";
import type { FileRecord, LineRange } from "../../domain/mod.ts";
import type { ListedFile, ParsedFile, SkippedFile } from "../../ports/mod.ts";
import type { Classifier } from "./classify.ts";

/** What the listing says of when a file changed, or what was known before. */
function history(listed: ListedFile, before: FileRecord | undefined): Pick<FileRecord, "commit" | "updatedAt"> {
  return { commit: listed.commit || (before?.commit ?? ""), updatedAt: listed.updatedAt || (before?.updatedAt ?? 0) };
}

const nothing = { lines: 0, linesIndexed: 0, notIndexed: [], redacted: [], chunks: 0 } as const;

/** A file that is not read: judged by its name, size or kind. */
export function refusedRecord(
  listed: ListedFile,
  refusal: Refusal,
  before: FileRecord | undefined,
  classifier: Classifier,
): FileRecord {
  const { path, size, contentId } = listed;
  const language = classifier.languageOf(path, "");
  return {
    path,
    contentId,
    size: Math.max(0, size),
    coverageClass: refusal.class,
    reason: refusal.reason,
    language,
    artifactType: classifier.artifactTypeOf(path, language, ""),
    ...classifier.place(path),
    ...history(listed, before),
    ...nothing,
  };
}

export interface ReadFile {
  readonly listed: ListedFile;
  readonly before: FileRecord | undefined;
  readonly bytes: Uint8Array;
  readonly contentId: string;
}

/** Characters of a file's beginning that language and type may be told by. */
const headBytes = 4_096;

/** A file that was read and cut, or that its content keeps out. */
export function parsedRecord(file: ReadFile, parsed: ParsedFile | SkippedFile, classifier: Classifier): FileRecord {
  const { listed, before, bytes, contentId } = file;
  const { path } = listed;
  const head = parsed.skipped ? "" : new TextDecoder().decode(bytes.subarray(0, headBytes));
  const language = (parsed.skipped ? "" : parsed.language) || classifier.languageOf(path, head);
  const facts = {
    path,
    contentId,
    size: bytes.length,
    language,
    artifactType: classifier.artifactTypeOf(path, language, head),
    ...classifier.place(path),
    ...history(listed, before),
  };
  if (parsed.skipped)
    return { ...facts, ...nothing, coverageClass: "skipped", reason: parsed.reason, lines: parsed.lines };
  const { lines, notIndexed, redacted, partialReason, chunks } = parsed;
  return {
    ...facts,
    coverageClass: partialReason === "" ? "indexed" : "partial",
    reason: partialReason,
    lines,
    linesIndexed: lines - countLines([...notIndexed, ...redacted]),
    notIndexed,
    redacted,
    chunks: chunks.textHashes.length,
  };
}

/** Lines covered by ranges that may overlap. */
function countLines(ranges: readonly LineRange[]): number {
  let count = 0;
  let last = 0;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    count += Math.max(0, end - Math.max(start - 1, last));
    last = Math.max(last, end);
  }
  return count;
}

/** Whether two records, or two parts of them, say the same. */
export function sameRecord(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => sameRecord((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
