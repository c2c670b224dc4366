import type { LineRange } from "../../domain/mod.ts";

/** Sorted, clipped to the file, overlapping and touching ranges joined. */
export function joinRanges(ranges: readonly LineRange[], lines: number): LineRange[] {
  const sorted = ranges
    .map((range) => ({ start: Math.max(1, range.start), end: Math.min(lines, range.end) }))
    .filter((range) => range.start <= range.end)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const out: LineRange[] = [];
  for (const range of sorted) {
    const last = out.at(-1);
    if (last !== undefined && range.start <= last.end + 1) {
      out[out.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else out.push(range);
  }
  return out;
}

export function linesOf(ranges: readonly LineRange[]): number {
  return ranges.reduce((sum, range) => sum + range.end - range.start + 1, 0);
}
