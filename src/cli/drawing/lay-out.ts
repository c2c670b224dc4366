import { Graph, layout } from "@dagrejs/dagre";
import type { Node, Subgraph } from "../../../gen/knowledge/v1/graph_service.ts";
import { Confidence } from "../../../gen/knowledge/v1/types.ts";
import { blocksOf, leafOf, placeIn, wayInto } from "./blocks.ts";
import { drawable, evidenceOf, groupOf, kindOfEdge, kindWord, nameOf, whereOf } from "./words.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node as it is drawn; `x` and `y` are its upper left corner, in pixels. */
export interface Box extends Point {
  readonly node: Node;
  readonly width: number;
  readonly height: number;
  /** Short enough for the box. */
  readonly name: string;
  readonly under: string;
}

/** All edges from one node to another, as one line. */
export interface Line {
  readonly from: number;
  readonly to: number;
  readonly kinds: readonly string[];
  readonly group: string;
  /** Whether none of them is exact. */
  readonly possible: boolean;
  readonly evidence: readonly string[];
  readonly points: readonly Point[];
  /** Where what it says has its middle. */
  readonly label: Point;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

const boxHeight = 44;
/** Pixels of a character of a name (13 px, monospace) and of what stands under it (11 px), in any usual font. */
const nameWidth = 7.9;
const underWidth = 6.2;
const longestName = 34;
const longestUnder = 44;
const padding = 26;
/** How far from its line's end a label has its middle: the longest, "references", then just clears the box. */
const fromEnd = 40;
/** How far from a column a line bends. */
const besides = 6;
const narrowest = 96;
/** Between boxes that stand below each other, and between columns. */
const betweenBoxes = 14;
const betweenColumns = 96;

/** From left to right: what uses a thing stands left of it, what it uses to the right. */
export function layOut({ nodes, edges }: Subgraph): Drawing {
  const at = new Map(nodes.map((node, n) => [node.nodeId, n]));
  const sizes = nodes.map(sized);
  const lines = united(at, edges);
  const degrees = degreesOf(lines, nodes.length);
  const blocks = blocksOf(lines, degrees, sizes);
  const inBlock = new Map(blocks.flatMap((block) => block.lines.map((n, nth) => [n, { block, nth }] as const)));
  const leaves = new Set(blocks.flatMap((block) => block.lines.map((n) => leafOf(block, lines[n]!))));

  const graph = new Graph({ directed: true });
  const apart = { nodesep: betweenBoxes, ranksep: betweenColumns, edgesep: 8, marginx: 28, marginy: 28 };
  graph.setGraph({ rankdir: "LR", ...apart });
  for (const [n, { width, height }] of sizes.entries()) if (!leaves.has(n)) graph.setNode(String(n), { width, height });
  for (const [n, { hub, out, width, height }] of blocks.entries()) {
    graph.setNode(`block ${n}`, { width, height });
    graph.setEdge(...((out ? [String(hub), `block ${n}`] : [`block ${n}`, String(hub)]) as [string, string]), {});
  }
  for (const [n, { from, to }] of lines.entries())
    if (!inBlock.has(n) && from !== to) graph.setEdge(String(from), String(to), {});
  layout(graph);

  const centres = sizes.map((_, n) => (leaves.has(n) ? undefined : (graph.node(String(n)) as Point)));
  const corners = blocks.map(({ width, height }, n): Point => {
    const { x, y } = graph.node(`block ${n}`) as Point;
    return { x: x - width / 2, y: y - height / 2 };
  });
  const columns = columnsOf(sizes, centres);
  const boxes: Box[] = sizes.map((size, n) => {
    const centre = centres[n];
    if (centre === undefined) return { ...size, x: 0, y: 0 };
    const { left, right } = columns.find((column) => near(column.centre, centre.x))!;
    return { ...size, x: left, y: centre.y - size.height / 2, width: right - left };
  });
  for (const [b, block] of blocks.entries())
    for (const [nth, n] of block.lines.entries()) {
      const leaf = leafOf(block, lines[n]!);
      boxes[leaf] = { ...boxes[leaf]!, ...placeIn(block, corners[b]!, nth), width: block.boxWidth };
    }
  const drawn = lines.map((line, n): Line => {
    const [from, to] = [boxes[line.from]!, boxes[line.to]!];
    const placed = inBlock.get(n);
    const points =
      placed !== undefined
        ? wayInto(placed.block, corners[blocks.indexOf(placed.block)]!, placed.nth, from, to)
        : line.from === line.to
          ? loopAt(from)
          : wayOf(
              (graph.edge(String(line.from), String(line.to)) as { points?: readonly Point[] }).points ?? [],
              from,
              to,
              columns,
            );
    return { ...line, points, label: labelOf(points, degrees[line.to]! <= degrees[line.from]!) };
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width: Math.max(width, narrowest), height: Math.max(height, boxHeight), boxes, lines: drawn };
}

type Bare = Omit<Line, "points" | "label">;

function united(at: ReadonlyMap<string, number>, edges: Subgraph["edges"]): readonly Bare[] {
  const lines = new Map<string, { -readonly [Key in keyof Bare]: Bare[Key] }>();
  for (const edge of edges) {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    const key = `${from} ${to}`;
    const line = lines.get(key) ?? { from, to, kinds: [], group: "", possible: true, evidence: [] };
    lines.set(key, line);
    line.kinds = [...new Set([...line.kinds, kindOfEdge(edge)])];
    line.group = groupOf(line.kinds);
    line.evidence = [...new Set([...line.evidence, ...evidenceOf(edge)])];
    if (edge.confidence !== Confidence.CONFIDENCE_POSSIBLE) line.possible = false;
  }
  return [...lines.values()];
}

/** How many lines each node has. */
function degreesOf(lines: readonly Bare[], count: number): readonly number[] {
  const degrees = new Array<number>(count).fill(0);
  for (const { from, to } of lines) for (const end of new Set([from, to])) degrees[end]! += 1;
  return degrees;
}

function sized(node: Node): Omit<Box, "x" | "y"> {
  const name = shortened(nameOf(node), longestName);
  const where = whereOf(node);
  const kind = kindWord(node);
  const description = drawable(node.attributes["description"] ?? "");
  const under =
    kind === "subsystem" && description !== ""
      ? shortened(description, longestUnder, longestUnder - 2)
      : where === "" || where === name
        ? kind
        : shortened(`${kind} · ${where}`, longestUnder, kind.length + 4);
  const width = Math.ceil(padding + Math.max(cells(name) * nameWidth, cells(under) * underWidth));
  return { node, width: Math.max(narrowest, width), height: boxHeight, name, under };
}

/** Cut in the middle: both ends of a name or path tell more than its middle. */
function shortened(text: string, most: number, head = Math.floor(most / 3)): string {
  const marks = [...text];
  if (marks.length <= most) return text;
  return `${marks.slice(0, head).join("")}…${marks.slice(marks.length - (most - head - 1)).join("")}`;
}

/** Columns that a text takes: East Asian marks and pictures are twice as wide. */
function cells(text: string): number {
  const wide = text.match(
    /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]|\p{Extended_Pictographic}/gu,
  );
  return [...text].length + (wide?.length ?? 0);
}

/** Boxes that stand below each other. */
interface Column {
  readonly centre: number;
  readonly left: number;
  readonly right: number;
}

const near = (a: number, b: number) => Math.abs(a - b) < 1;

/** All boxes of a column are as wide as its widest: they stand in line on both sides. */
function columnsOf(
  sizes: readonly { readonly width: number }[],
  centres: readonly (Point | undefined)[],
): readonly Column[] {
  const widest = new Map<number, number>();
  for (const [n, place] of centres.entries()) {
    if (place === undefined) continue;
    const centre = [...widest.keys()].find((known) => near(known, place.x)) ?? place.x;
    widest.set(centre, Math.max(widest.get(centre) ?? 0, sizes[n]!.width));
  }
  return [...widest].map(([centre, width]) => ({ centre, left: centre - width / 2, right: centre + width / 2 }));
}

/**
 * From the middle of one side to the middle of the other. Of the points between, those count that lead between the boxes
 * of a column: through it the line runs straight, so that it touches none of them.
 */
function wayOf(points: readonly Point[], from: Box, to: Box, columns: readonly Column[]): readonly Point[] {
  const forward = from.x + from.width / 2 <= to.x + to.width / 2;
  const level = (box: Box, right: boolean) => ({ x: right ? box.x + box.width : box.x, y: box.y + box.height / 2 });
  const between = points.slice(1, -1).flatMap(({ x, y }) => {
    const column = columns.find(({ centre }) => near(centre, x));
    if (column === undefined) return [];
    const sides = [
      { x: column.left - besides, y },
      { x: column.right + besides, y },
    ];
    return forward ? sides : sides.reverse();
  });
  return [level(from, forward), ...between, level(to, !forward)];
}

/** What points at itself. */
function loopAt({ x, y, width, height }: Box): readonly Point[] {
  const [right, middle] = [x + width, y + height / 2];
  return [
    { x: right, y: middle - 9 },
    { x: right + 22, y: middle },
    { x: right, y: middle + 9 },
  ];
}

/** Beside the end that has fewer lines, where they are apart. */
function labelOf(points: readonly Point[], atTarget: boolean): Point {
  const [end, before] = atTarget ? [points.at(-1), points.at(-2)] : [points[0], points[1]];
  if (end === undefined || before === undefined) return { x: 0, y: 0 };
  return { x: end.x + Math.sign(before.x - end.x) * fromEnd, y: end.y - 5 };
}
