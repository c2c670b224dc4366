import type { Box, Line, Point } from "./lay-out.ts";

/**
 * Neighbours of one node, on one side of it, that have no other line: below each other they would make one column that
 * no screen is tall enough for, so they stand together in several.
 */
export interface Block {
  /** The node that they are neighbours of. */
  readonly hub: number;
  /** Whether lines lead to them. */
  readonly out: boolean;
  /** Their lines, in the order in which they are placed: down, then to the next column. */
  readonly lines: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly boxWidth: number;
  readonly width: number;
  readonly height: number;
}

type Ends = Pick<Line, "from" | "to">;
type Size = Pick<Box, "width" | "height">;

/** As many as fit on a screen. */
const mostInColumn = 14;
/** Between the boxes of a block: room above each row for the lines to the columns behind the first. */
const gapX = 34;
const gapY = 18;
const boxHeight = 44;

export function blocksOf(lines: readonly Ends[], degrees: readonly number[], sizes: readonly Size[]): readonly Block[] {
  const sides = new Map<string, { hub: number; out: boolean; lines: number[] }>();
  for (const [n, { from, to }] of lines.entries()) {
    if (from === to || (degrees[from] === 1 && degrees[to] === 1)) continue;
    const out = degrees[to] === 1;
    if (!out && degrees[from] !== 1) continue;
    const hub = out ? from : to;
    const side = sides.get(`${hub} ${out}`) ?? { hub, out, lines: [] };
    sides.set(`${hub} ${out}`, side);
    side.lines.push(n);
  }
  return [...sides.values()]
    .filter((side) => side.lines.length > mostInColumn)
    .map((side) => blockOf(side, lines, sizes));
}

function blockOf(side: Pick<Block, "hub" | "out" | "lines">, lines: readonly Ends[], sizes: readonly Size[]): Block {
  const boxWidth = Math.max(...side.lines.map((n) => sizes[leafOf(side, lines[n]!)]!.width));
  // Boxes are some five times as wide as tall: the block then is about as wide as tall.
  const columns = Math.max(2, Math.round(Math.sqrt(side.lines.length / 5)));
  const rows = Math.ceil(side.lines.length / columns);
  const width = columns * boxWidth + (columns - 1) * gapX;
  return { ...side, rows, columns, boxWidth, width, height: rows * (boxHeight + gapY) };
}

/** The end of a line that stands in the block. */
export function leafOf({ out }: Pick<Block, "out">, { from, to }: Ends): number {
  return out ? to : from;
}

/** The first column is the one beside the hub. */
export function placeIn({ rows, columns, boxWidth, out }: Block, corner: Point, nth: number): Point {
  const column = Math.floor(nth / rows);
  const fromLeft = out ? column : columns - 1 - column;
  return { x: corner.x + fromLeft * (boxWidth + gapX), y: corner.y + gapY + (nth % rows) * (boxHeight + gapY) };
}

/** To the first column straight; to those behind it through the room above the row, each line in its own height. */
export function wayInto(block: Block, corner: Point, nth: number, from: Box, to: Box): readonly Point[] {
  const { out, rows, columns, width } = block;
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const column = Math.floor(nth / rows);
  if (column === 0) return [start, end];
  const leaf = out ? to : from;
  const y = leaf.y - gapY + (gapY * column) / columns;
  const near = out ? corner.x - 6 : corner.x + width + 6;
  const beside = out ? leaf.x - gapX + 8 : leaf.x + leaf.width + gapX - 8;
  const bends = [
    { x: near, y },
    { x: beside, y },
  ];
  return [start, ...(out ? bends : bends.reverse()), end];
}
