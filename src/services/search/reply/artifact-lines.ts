import { type Chunk, Fault, invalid, type LineRange } from "../../../domain/mod.ts";

/** Bytes of content in one reply: half the send limit of 16 MiB, so that symbols and chunk references fit beside. */
export const contentLimit = 8 * 1024 * 1024;

export interface ArtifactText {
  readonly content: string;
  /** Undefined for a file without lines. */
  readonly lines: LineRange | undefined;
  readonly truncated: boolean;
  /** Lines in it that the index left out; they come back blank. */
  readonly missing: number;
}

const encoder = new TextEncoder();

/**
 * Lines of a file from its chunks, which tile what is indexed; lines that are in no chunk come back blank, so that
 * numbers stay true. @throws Fault invalid for a range outside the file.
 */
export function artifactLines(
  chunks: readonly Chunk[],
  totalLines: number,
  asked: LineRange | undefined,
  limit: number = contentLimit,
): ArtifactText {
  const range = checked(asked, totalLines);
  if (range === undefined) return { content: "", lines: undefined, truncated: false, missing: 0 };
  const lines: (string | undefined)[] = [];
  for (const chunk of chunks) {
    if (chunk.lines.end < range.start || chunk.lines.start > range.end) continue;
    for (const [at, line] of splitKeepingEnds(chunk.text).entries()) {
      const number = chunk.lines.start + at;
      if (number >= range.start && number <= range.end) lines[number - range.start] = line;
    }
  }
  const kept: string[] = [];
  let bytes = 0;
  let missing = 0;
  for (let at = 0; at <= range.end - range.start; at++) {
    const line = lines[at] ?? "\n";
    bytes += encoder.encode(line).length;
    if (bytes > limit) break;
    if (lines[at] === undefined) missing += 1;
    kept.push(line);
  }
  const end = range.start + kept.length - 1;
  const truncated = end < range.end;
  if (truncated && kept.length === 0) {
    throw new Fault("exhausted", `line ${range.start} alone is longer than a reply may be`, {
      reason: "LINE_TOO_LONG",
    });
  }
  return { content: kept.join(""), lines: { start: range.start, end }, truncated, missing };
}

function checked(asked: LineRange | undefined, total: number): LineRange | undefined {
  if (asked === undefined) return total === 0 ? undefined : { start: 1, end: total };
  const end = asked.end === 0 ? total : asked.end;
  if (asked.start < 1) throw invalid("lines", "start must be 1 or more: lines are 1-based");
  if (end < asked.start && asked.end !== 0) throw invalid("lines", "end must not be before start");
  if (asked.start > total) throw invalid("lines", `the file has ${total} line(s)`);
  return { start: asked.start, end: Math.min(end, total) };
}

/** Lines with their terminators; a text that ends in one has no empty line after it. */
function splitKeepingEnds(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}
