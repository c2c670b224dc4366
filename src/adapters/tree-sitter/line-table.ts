/** Where the lines of a text begin. Only "\n" ends a line ("\r\n" with it), as in Git and in the grammars. */
export interface LineTable {
  /** Offset of each line, then the length of the text. */
  readonly starts: Int32Array;
  readonly count: number;
}

export function lineTable(text: string): LineTable {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  // What follows the last terminator is a line when it holds anything.
  if (text.length > 0 && !text.endsWith("\n")) count += 1;
  const starts = new Int32Array(count + 1);
  let offset = 0;
  for (let line = 1; line < count; line += 1) {
    offset = text.indexOf("\n", offset) + 1;
    starts[line] = offset;
  }
  starts[count] = text.length;
  return { starts, count };
}

/** The line (from 0) that holds an offset, looking from line `from` on. */
export function lineAt(table: LineTable, offset: number, from = 0): number {
  const { starts, count } = table;
  let low = from;
  let high = count - 1;
  // Most answers lie within a few lines.
  let step = 1;
  while (low + step <= high && starts[low + step]! <= offset) {
    low += step;
    step *= 2;
  }
  high = Math.min(high, low + step);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Characters of the lines [from, to). */
export function spanSize(table: LineTable, from: number, to: number): number {
  return table.starts[to]! - table.starts[from]!;
}
