import type { HeldContribution, SourceGraph } from "./source-graph.ts";

/** An edge of a node, contributions united. */
export interface TouchingEdge {
  readonly other: number;
  readonly outgoing: boolean;
  /** Kind, then confidence: `rank >> 1` and `rank & 1`. */
  rank: number;
  /** Who says so, and where in their links. */
  readonly said: { readonly by: HeldContribution; readonly at: number }[];
}

/** Nodes with more edges than this are remembered in order. */
const hub = 256;
const mostHubs = 64;

/** The edges of nodes in the order that the port promises; those of hubs are kept, since sorting them takes milliseconds. */
export class TouchingEdges {
  readonly #hubs = new Map<string, readonly TouchingEdge[]>();

  of(graph: SourceGraph, slot: number, generation: number): readonly TouchingEdge[] {
    const key = `${graph.name}:${slot}:${generation}:${graph.changes}`;
    const known = this.#hubs.get(key);
    if (known !== undefined) return known;
    const edges = collect(graph, slot, generation);
    if (edges.length <= hub) return edges;
    if (this.#hubs.size >= mostHubs) this.#hubs.delete(this.#hubs.keys().next().value!);
    this.#hubs.set(key, edges);
    return edges;
  }
}

function collect(graph: SourceGraph, slot: number, generation: number): TouchingEdge[] {
  const united = new Map<number, TouchingEdge>();
  const gather = (outgoing: boolean) =>
    graph.eachEdge(slot, outgoing, generation, (other, rank, by, at) => {
      // An edge from a node to itself is told once, as an outgoing one.
      if (!outgoing && other === slot) return;
      const key = (other * 16 + (rank >> 1)) * 2 + Number(outgoing);
      const same = united.get(key);
      if (same === undefined) united.set(key, { other, outgoing, rank, said: [{ by, at }] });
      else {
        same.rank = Math.min(same.rank, rank);
        same.said.push({ by, at });
      }
    });
  gather(true);
  gather(false);
  const { ids } = graph;
  return [...united.values()].sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    if (a.other !== b.other) return ids[a.other]! < ids[b.other]! ? -1 : 1;
    return Number(b.outgoing) - Number(a.outgoing);
  });
}
