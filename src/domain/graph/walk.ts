import { edgeKinds, type NodeKind } from "./node.ts";

/** Nodes asked about at once: a level of many is taken in parts, so that a walk that is full ends early. */
const perPart = 128;
/** Edges read of one node on a walk; a hub with more is cut, and that is said. */
export const mostOfOne = 1_000;

/** What a walk is allowed. `direction` and `kinds` of edges are for whoever reads them. */
export interface WalkLimits {
  /** Kinds of nodes walked to; empty: all. */
  readonly nodeKinds: readonly NodeKind[];
  readonly maxDepth: number;
  readonly maxNodes: number;
  readonly mostEdges: number;
}

/** An edge as the walker's side keeps it: nodes are texts or numbers. */
export interface WalkEdge<Node> {
  readonly from: Node;
  readonly to: Node;
}

/** Edges that touch a part of a level, and whether a node of it had more than `mostOfOne`. */
export interface Met<Edge> {
  readonly edges: readonly Edge[];
  readonly cut: boolean;
}

export interface Walked<Node, Edge> {
  /** In the order found, those started from first. */
  readonly nodes: readonly Node[];
  /** Between those, in the order met; a walk that is full looks no further. */
  readonly edges: readonly Edge[];
  /** Whether there was more within the depth. */
  readonly truncated: boolean;
}

/** How a walk tells its nodes and edges apart. */
export interface WalkMarks<Node, Edge> {
  /** Whether edges are followed from where they start. */
  readonly forward: boolean;
  kindOf(node: Node): string;
  numberOf(edge: Edge): number;
}

/**
 * Breadth first, level by level: gives parts of levels, and is given the edges that touch them. Whoever drives it reads
 * them in one thread, or asks a store for them.
 */
export function* walkSteps<Node, Edge extends WalkEdge<Node>>(
  starts: Iterable<Node>,
  limits: WalkLimits,
  marks: WalkMarks<Node, Edge>,
): Generator<readonly Node[], Walked<Node, Edge>, Met<Edge>> {
  const { maxDepth, maxNodes, mostEdges } = limits;
  const wanted = new Set<string>(limits.nodeKinds);
  /** Nodes by their place among those found. */
  const found = new Map<Node, number>();
  for (const start of starts) if (!found.has(start)) found.set(start, found.size);
  const edges = new Map<number, Edge>();
  let truncated = false;
  let full = false;
  let level = [...found.keys()];
  for (let depth = 0; depth < maxDepth && level.length > 0 && !full; depth++) {
    const next: Node[] = [];
    for (let at = 0; at < level.length && !full; at += perPart) {
      const part = level.slice(at, at + perPart);
      const inPart = new Set(part);
      const met = yield part;
      truncated ||= met.cut;
      for (const edge of met.edges) {
        const { from, to } = edge;
        const other = marks.forward && inPart.has(from) ? to : from;
        if (!found.has(other)) {
          if (wanted.size > 0 && !wanted.has(marks.kindOf(other))) continue;
          if (found.size >= maxNodes) {
            full = true;
            continue;
          }
          found.set(other, found.size);
          next.push(other);
        }
        // Of a walk both ways the other end may be the one that is not wanted.
        const [start, end] = [found.get(from), found.get(to)];
        if (start === undefined || end === undefined) continue;
        const key = (start * mostNodes + end) * edgeKinds.length + marks.numberOf(edge);
        if (edges.has(key)) continue;
        if (edges.size >= mostEdges) truncated = true;
        else edges.set(key, edge);
      }
    }
    level = next;
  }
  return { nodes: [...found.keys()], edges: [...edges.values()], truncated: truncated || full };
}

/** More than any walk finds: a node's place and another's make one number. */
const mostNodes = 2 ** 22;
