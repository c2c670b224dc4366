import type { CoverageEntry } from "../../../gen/knowledge/v1/ingest_service.ts";
import { artifactTypeName, className, rangesText } from "./entry-words.ts";

const columns = [
  "path",
  "class",
  "reason",
  "artifact_type",
  "language",
  "subsystem",
  "chunks",
  "lines",
  "lines_indexed",
  "not_indexed",
  "commit",
  "updated_at",
] as const;

/**
 * Spreadsheets run a cell that begins so, even a quoted one, and file names are anybody's: an apostrophe makes it
 * text. Full-width forms are read like the others by some of them.
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Semicolons and tabs too: where the decimal mark is a comma, spreadsheets part cells at them. */
const needsQuotes = /[",;\t\r\n]|^\s|\s$|^'/;

export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180: a header, CRLF after every record. */
export function coverageCsv(entries: readonly CoverageEntry[]): string {
  const records = entries.map((entry) => [
    entry.path,
    className(entry.coverageClass),
    entry.reason,
    artifactTypeName(entry.artifactType),
    entry.language,
    entry.subsystem,
    String(entry.chunks),
    String(entry.lines),
    String(entry.linesIndexed),
    rangesText(entry.notIndexed),
    entry.commit,
    entry.updatedAt?.toISOString() ?? "",
  ]);
  return [columns, ...records].map((record) => `${record.map(csvCell).join(",")}\r\n`).join("");
}
