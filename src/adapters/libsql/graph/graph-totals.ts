import type { GraphTotals } from "../../../ports/mod.ts";
import type { HeldContribution, SourceGraph } from "./source-graph.ts";

/** How many edges leave a node at a generation, contributions united. */
function outgoing(graph: SourceGraph, slot: number, generation: number): number {
  let count = 0;
  let first = -1;
  let seen: Set<number> | undefined;
  graph.eachEdge(slot, true, generation, (other, rank) => {
    const key = other * 16 + (rank >> 1);
    // Most nodes have one edge or none: no set for those.
    if (count === 0) first = key;
    else {
      seen ??= new Set([first]);
      if (seen.has(key)) return;
      seen.add(key);
    }
    count += 1;
  });
  return count;
}

export function countAll(graph: SourceGraph, generation: number): GraphTotals {
  let nodes = 0;
  let edges = 0;
  for (let slot = 0; slot < graph.ids.length; slot++) {
    if (!graph.isShown(slot, generation)) continue;
    nodes += 1;
    edges += outgoing(graph, slot, generation);
  }
  return { nodes, edges };
}

/** The totals of a generation from those of the one below: only what contributions changed is counted. */
export function countChange(
  graph: SourceGraph,
  base: number,
  totals: GraphTotals,
  next: number,
  changed: readonly HeldContribution[],
): GraphTotals {
  const touched = new Set<number>();
  const froms = new Set<number>();
  for (const { nodes, links, edges } of changed) {
    for (const slot of nodes) touched.add(slot);
    if (links.length > 0) for (const edge of edges) froms.add(graph.startOf(edge));
  }
  let { nodes, edges } = totals;
  for (const slot of touched) {
    const before = graph.isShown(slot, base);
    const after = graph.isShown(slot, next);
    if (before === after) continue;
    nodes += after ? 1 : -1;
    // Edges of others to it come and go with it.
    froms.add(slot);
    graph.eachStart(slot, (from) => froms.add(from));
  }
  for (const slot of froms) {
    if (graph.isShown(slot, base)) edges -= outgoing(graph, slot, base);
    if (graph.isShown(slot, next)) edges += outgoing(graph, slot, next);
  }
  return { nodes, edges };
}
