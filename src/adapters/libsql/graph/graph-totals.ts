import type { GraphTotals } from "../../../ports/mod.ts";
import type { SourceGraph } from "./columns/mod.ts";
import { everyKind } from "./touching-edges.ts";

/** How many edges leave a node at a generation, contributions united. */
function outgoing(graph: SourceGraph, slot: number, generation: number): number {
  let count = 0;
  let first = -1;
  let seen: Set<number> | undefined;
  graph.eachEdge(slot, true, generation, everyKind, (edge, other) => {
    const key = other * 16 + (graph.edges.rank(edge) >> 1);
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
  for (let slot = 0; slot < graph.ids.count; slot++) {
    if (!graph.isShown(slot, generation)) continue;
    nodes += 1;
    edges += outgoing(graph, slot, generation);
  }
  return { nodes, edges };
}

/** The totals of a generation from those of the one below: only what contributions changed is counted. */
export function countChange(graph: SourceGraph, base: number, totals: GraphTotals, next: number): GraphTotals {
  const { contributions, nodes: table, edges: links } = graph;
  const touched = new Set<number>();
  const froms = new Set<number>();
  for (let by = 0; by < contributions.count; by++) {
    if (contributions.isGone(by)) continue;
    if (contributions.born(by) !== next && contributions.dead(by) !== next) continue;
    const { firstNode, firstEdge } = contributions;
    for (let at = firstNode.values[by]!; at < firstNode.values[by + 1]!; at++) touched.add(table.slots.values[at]!);
    for (let at = firstEdge.values[by]!; at < firstEdge.values[by + 1]!; at++) froms.add(links.from.values[at]!);
  }
  let { nodes, edges } = totals;
  for (const slot of touched) {
    const before = graph.isShown(slot, base);
    const after = graph.isShown(slot, next);
    if (before === after) continue;
    nodes += after ? 1 : -1;
    // Edges of others to it come and go with it.
    froms.add(slot);
    links.eachStart(slot, (from) => froms.add(from));
  }
  for (const slot of froms) {
    if (graph.isShown(slot, base)) edges -= outgoing(graph, slot, base);
    if (graph.isShown(slot, next)) edges += outgoing(graph, slot, next);
  }
  return { nodes, edges };
}
