import { edgeKey, type GraphEdge } from "../../domain/graph/mod.ts";
import type { EdgeQuery } from "../../ports/mod.ts";
import { kindOfId } from "./node-facts.ts";
import type { UnitedGraph } from "./united-graph.ts";

/** Nodes asked about in one call: a level of many is taken in parts, so that a walk that is full ends early. */
const perCall = 128;
/** Edges read of one node on a walk; a hub with more is cut, and that is said. */
const mostOfOne = 1_000;

export interface Walk {
  readonly direction: EdgeQuery["direction"];
  readonly kinds: EdgeQuery["kinds"];
  /** Kinds of nodes walked to; empty: all. */
  readonly nodeKinds: readonly string[];
  readonly maxDepth: number;
  readonly maxNodes: number;
  readonly mostEdges: number;
}

export interface Walked {
  /** In the order found, those started from first. */
  readonly ids: readonly string[];
  /** Between those, in the order met; a walk that is full looks no further. */
  readonly edges: readonly GraphEdge[];
  /** Whether there was more within the depth. */
  readonly truncated: boolean;
}

/** Breadth first, level by level. */
export async function walk(graph: UnitedGraph, starts: readonly string[], how: Walk): Promise<Walked> {
  const query: EdgeQuery = {
    direction: how.direction,
    kinds: how.kinds,
    confidences: [],
    limitPerNode: mostOfOne,
    offset: 0,
    evidence: how.mostEdges > 0,
  };
  const wanted = new Set(how.nodeKinds);
  const found = new Set(starts);
  const edges = new Map<string, GraphEdge>();
  let truncated = false;
  let full = false;
  let level = [...found];
  for (let depth = 0; depth < how.maxDepth && level.length > 0 && !full; depth++) {
    const next: string[] = [];
    for (let from = 0; from < level.length && !full; from += perCall) {
      const part = level.slice(from, from + perCall);
      const inPart = new Set(part);
      const met = await graph.edges(part, query);
      truncated ||= someWasCut(met, inPart);
      for (const edge of met) {
        const forward = inPart.has(edge.from) && how.direction !== "incoming";
        const other = forward ? edge.to : edge.from;
        if (!found.has(other)) {
          if (wanted.size > 0 && !wanted.has(kindOfId(other))) continue;
          if (found.size >= how.maxNodes) {
            full = true;
            continue;
          }
          found.add(other);
          next.push(other);
        }
        // Of a walk both ways the other end may be the one that is not wanted.
        if (!found.has(edge.from) || !found.has(edge.to)) continue;
        if (edges.size >= how.mostEdges) truncated = true;
        else edges.set(edgeKey(edge), edge);
      }
    }
    level = next;
  }
  return { ids: [...found], edges: [...edges.values()], truncated: truncated || full };
}

/** Whether some node has as many edges as were asked for: there may be more. */
function someWasCut(edges: readonly GraphEdge[], of: ReadonlySet<string>): boolean {
  if (edges.length < mostOfOne) return false;
  const counts = new Map<string, number>();
  for (const { from, to } of edges)
    for (const end of from === to ? [from] : [from, to]) {
      if (!of.has(end)) continue;
      const count = (counts.get(end) ?? 0) + 1;
      if (count >= mostOfOne) return true;
      counts.set(end, count);
    }
  return false;
}
