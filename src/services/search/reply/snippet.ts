import type { AskedTerms } from "./asked-terms.ts";
import { utf8Length } from "./utf8-length.ts";

export interface Snippet {
  /** Lines of the passage that it shows, from 0. */
  readonly firstLine: number;
  readonly lineCount: number;
  readonly text: string;
  /** Byte ranges of `text` in UTF-8, in order, disjoint. */
  readonly highlights: readonly { readonly start: number; readonly end: number }[];
}

/** Lines of a snippet: what fits a glance. */
const height = 8;
/** UTF-16 units of a snippet, for lines that are very long. */
const longest = 1_200;
const mostHighlights = 60;
const word = /[\p{L}\p{N}\p{M}_$]+/uy;
const between = /[^\p{L}\p{N}\p{M}_$]*/uy;

/** The lines of a passage that hold most of the question, with the words that matched marked. */
export function snippetOf(text: string, asked: AskedTerms): Snippet {
  const lines = text.replace(/\r?\n$/u, "").split("\n");
  const firstLine =
    lines.length <= height
      ? 0
      : bestWindow(
          lines.map((line) => asked.within(line.length > longest ? line.slice(0, longest) : line)),
          asked,
        );
  const shown = lines.slice(firstLine, firstLine + height);
  let length = shown[0]?.length ?? 0;
  let lineCount = 1;
  while (lineCount < shown.length && length + 1 + (shown[lineCount] as string).length <= longest) {
    length += 1 + (shown[lineCount] as string).length;
    lineCount += 1;
  }
  const cut = wellFormedCut(shown.slice(0, lineCount).join("\n"), longest);
  return { firstLine, lineCount, text: cut, highlights: highlightsOf(cut, asked) };
}

/** Cuts a text at most at `limit` units, not inside a surrogate pair. */
function wellFormedCut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** The window with the greatest mass of different terms; a term said again counts a little. Ties: the first. */
function bestWindow(lines: readonly (readonly string[])[], asked: AskedTerms): number {
  let best = 0;
  let bestScore = 0;
  /** Of a term the window that it was last met in. */
  const seen = new Map<string, number>();
  for (let start = 0; start < lines.length && (start === 0 || start + height <= lines.length); start++) {
    let score = 0;
    for (let at = start; at < start + height && at < lines.length; at++) {
      for (const term of lines[at] as readonly string[]) {
        score += asked.weight(term) * (seen.get(term) === start ? 0.1 : 1);
        seen.set(term, start);
      }
    }
    if (score > bestScore + 1e-9) {
      bestScore = score;
      best = start;
    }
  }
  return best;
}

function highlightsOf(text: string, asked: AskedTerms): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let bytes = 0;
  let from = 0;
  for (let at = 0; found.length < mostHighlights; ) {
    const index = endOf(between, text, at);
    at = endOf(word, text, index);
    if (at === index) break;
    if (!asked.saidBy(text.slice(index, at))) continue;
    const start = bytes + utf8Length(text, from, index);
    from = at;
    bytes = start + utf8Length(text, index, from);
    found.push({ start, end: bytes });
  }
  return found;
}

/** Where a sticky pattern that begins at `from` ends; `from` when it does not match. Makes no object a match. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
