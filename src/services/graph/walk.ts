import { edgeKinds, type GraphEdge, mostOfOne, walkSteps } from "../../domain/graph/mod.ts";
import type { EdgeQuery, WalkQuery } from "../../ports/mod.ts";
import { kindOfId } from "./node-facts.ts";
import type { PlacedGraph, UnitedGraph } from "./united-graph.ts";

export interface WalkedGraph {
  /** In the order found, those started from first. */
  readonly ids: readonly string[];
  readonly around: PlacedGraph;
  /** Between those, in the order met; a walk that is full looks no further. */
  readonly edges: readonly GraphEdge[];
  /** Whether there was more within the depth. */
  readonly truncated: boolean;
}

const nothing: PlacedGraph = { nodes: new Map(), files: new Map() };

/** Breadth first: in the store where it can, else by asking it for the edges of a part of a level at a time. */
export async function walk(graph: UnitedGraph, starts: readonly string[], how: WalkQuery): Promise<WalkedGraph> {
  return (await graph.walk(starts, how)) ?? (await stepByStep(graph, starts, how));
}

async function stepByStep(graph: UnitedGraph, starts: readonly string[], how: WalkQuery): Promise<WalkedGraph> {
  const query: EdgeQuery = {
    direction: how.direction,
    kinds: how.kinds,
    confidences: [],
    limitPerNode: mostOfOne,
    offset: 0,
    evidence: how.mostEdges > 0,
  };
  const walking = walkSteps<string, GraphEdge>(starts, how, {
    forward: how.direction !== "incoming",
    kindOf: kindOfId,
    numberOf: ({ kind }) => edgeKinds.indexOf(kind),
  });
  let step = walking.next();
  while (!step.done) {
    const edges = await graph.edges(step.value, query);
    step = walking.next({ edges, cut: someWasCut(edges, new Set(step.value)) });
  }
  const { nodes: ids, edges, truncated } = step.value;
  return { ids, around: how.placed ? await graph.placed(ids) : nothing, edges, truncated };
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
