import { chunkTarget } from "../../domain/mod.ts";
import { type LineTable, spanSize } from "./line-table.ts";
import { noCut } from "./outline.ts";

/** Lines [from, to). */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** A definition a little over the target is worth more whole than halved. */
const whole = 2_000;
/** A piece smaller than this says nothing alone (a class header, a stray statement) and joins a neighbour. */
const tiny = 300;
/** How far a joined piece may grow. */
const joined = 2_400;
/** Nesting followed before a piece is cut by lines; keeps the work linear on hostile nesting. */
const deepest = 48;

/** Cuts a file where its structure is shallowest, merging small neighbours up to the target. */
export function cutLines(text: string, table: LineTable, cuts: Uint16Array): Piece[] {
  const pieces: Piece[] = [];
  if (table.count > 0) split(text, table, cuts, 0, table.count, 0, pieces);
  return joinTiny(table, cuts, pieces);
}

function split(
  text: string,
  table: LineTable,
  cuts: Uint16Array,
  from: number,
  to: number,
  level: number,
  out: Piece[],
): void {
  if (spanSize(table, from, to) <= (level === 0 ? chunkTarget : whole)) {
    out.push({ from, to });
    return;
  }
  let shallowest = noCut;
  for (let line = from + 1; line < to; line += 1) if (cuts[line]! < shallowest) shallowest = cuts[line]!;
  if (shallowest === noCut || level >= deepest) {
    windows(text, table, from, to, out);
    return;
  }
  let open = from;
  let segment = from;
  for (let line = from + 1; line <= to; line += 1) {
    if (line < to && cuts[line] !== shallowest) continue;
    // [segment, line) is one unit; [open, segment) waits for company.
    if (spanSize(table, segment, line) > whole) {
      if (segment > open) out.push({ from: open, to: segment });
      split(text, table, cuts, segment, line, level + 1, out);
      open = line;
    } else if (spanSize(table, open, line) > chunkTarget && segment > open) {
      out.push({ from: open, to: segment });
      open = segment;
    }
    segment = line;
  }
  if (open < to) out.push({ from: open, to });
}

/** Cuts by lines, after a blank line when one lies in the last half of the window. */
function windows(text: string, table: LineTable, from: number, to: number, out: Piece[]): void {
  let open = from;
  while (open < to) {
    let line = open + 1;
    let blank = -1;
    while (line < to && spanSize(table, open, line + 1) <= chunkTarget) {
      if (isBlank(text, table, line) && spanSize(table, open, line + 1) > chunkTarget / 2) blank = line + 1;
      line += 1;
    }
    const end = line >= to ? to : blank > open ? blank : line;
    out.push({ from: open, to: end });
    open = end;
  }
}

function isBlank(text: string, table: LineTable, line: number): boolean {
  for (let at = table.starts[line]!; at < table.starts[line + 1]!; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return false;
  }
  return true;
}

/** A header goes with what it opens, a remainder with what it follows. */
function joinTiny(table: LineTable, cuts: Uint16Array, pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  let carried = -1;
  for (let i = 0; i < pieces.length; i += 1) {
    const from = carried === -1 ? pieces[i]!.from : carried;
    const to = pieces[i]!.to;
    carried = -1;
    const size = spanSize(table, from, to);
    const next = pieces[i + 1];
    const last = out.at(-1);
    if (size < tiny) {
      const forward = next !== undefined && spanSize(table, from, next.to) <= joined;
      const back = last !== undefined && spanSize(table, last.from, to) <= joined;
      const opens = next !== undefined && cuts[next.from]! > cuts[from]!;
      if (forward && (opens || !back)) {
        carried = from;
        continue;
      }
      if (back) {
        out[out.length - 1] = { from: last.from, to };
        continue;
      }
    }
    out.push({ from, to });
  }
  return out;
}
