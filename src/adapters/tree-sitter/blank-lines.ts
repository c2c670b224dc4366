import { chunkLimit, type LineRange } from "../../domain/mod.ts";
import type { LineTable } from "./line-table.ts";

/** The text with the lines of the ranges emptied; their terminators stay, so lines keep their numbers. */
export function blankLines(text: string, table: LineTable, ranges: readonly LineRange[]): string {
  if (ranges.length === 0) return text;
  let out = "";
  let kept = 0;
  for (const range of ranges) {
    for (let line = range.start - 1; line < range.end; line += 1) {
      const end = table.starts[line + 1]!;
      let content = end;
      if (text.charCodeAt(content - 1) === 10) content -= 1;
      if (content > table.starts[line]! && content < end && text.charCodeAt(content - 1) === 13) content -= 1;
      out += text.slice(kept, table.starts[line]);
      kept = Math.max(content, table.starts[line]!);
    }
  }
  return out + text.slice(kept);
}

/** Lines that no chunk can hold. */
export function overlongLines(table: LineTable): LineRange[] {
  const out: LineRange[] = [];
  for (let line = 0; line < table.count; line += 1) {
    if (table.starts[line + 1]! - table.starts[line]! > chunkLimit) out.push({ start: line + 1, end: line + 1 });
  }
  return out;
}
