import { type EdgeKind, edgeKinds } from "../../../domain/graph/mod.ts";
import type { EdgeDirection } from "../../../ports/mod.ts";
import type { SourceGraph } from "./columns/mod.ts";

/** Which edges of a node are wanted. */
export interface Wanted {
  readonly direction: EdgeDirection;
  /** A bit for each kind. */
  readonly kinds: number;
}

export const everyKind: number = 2 ** edgeKinds.length - 1;

/** None named: all. */
export function kindBits(kinds: readonly EdgeKind[]): number {
  return kinds.length === 0 ? everyKind : kinds.reduce((bits, kind) => bits | (1 << edgeKinds.indexOf(kind)), 0);
}

/** An edge of a node, contributions united. */
export interface TouchingEdge {
  readonly other: number;
  /** An edge from a node to itself goes out. */
  readonly outgoing: boolean;
  /** Kind, then confidence: `rank >> 1` and `rank & 1`. */
  rank: number;
  /** Numbers of those that say so; mostly one. */
  readonly said: number[];
}

/** Nodes with more edges than this are remembered in order, as long as they have no more in all than `mostKept`. */
const hub = 256;
const mostKept = 32_768;
/** A node of few edges needs no map to unite them. */
const few = 16;

/** The edges of nodes in the order that the port promises; those of hubs are kept, since sorting them takes milliseconds. */
export class TouchingEdges {
  readonly #hubs = new Map<string, readonly TouchingEdge[]>();
  #kept = 0;

  of(graph: SourceGraph, slot: number, generation: number, wanted: Wanted): readonly TouchingEdge[] {
    const key = this.#hubs.size === 0 ? "" : keyOf(graph, slot, generation, wanted);
    const known = this.#hubs.get(key);
    if (known !== undefined) return known;
    const edges = collect(graph, slot, generation, wanted);
    if (edges.length > hub) this.#keep(keyOf(graph, slot, generation, wanted), edges);
    return edges;
  }

  #keep(key: string, edges: readonly TouchingEdge[]): void {
    this.#hubs.set(key, edges);
    this.#kept += edges.length;
    for (const [old, { length }] of this.#hubs) {
      if (this.#kept <= mostKept) return;
      this.#hubs.delete(old);
      this.#kept -= length;
    }
  }
}

function keyOf(graph: SourceGraph, slot: number, generation: number, { direction, kinds }: Wanted): string {
  return `${graph.name}:${slot}:${generation}:${graph.changes}:${direction}:${kinds}`;
}

function collect(graph: SourceGraph, slot: number, generation: number, wanted: Wanted): TouchingEdge[] {
  const { direction, kinds } = wanted;
  const found: TouchingEdge[] = [];
  let map: Map<number, TouchingEdge> | undefined;
  const numberOf = (other: number, rank: number, outgoing: boolean) =>
    (other * 16 + (rank >> 1)) * 2 + Number(outgoing);
  const same = (other: number, rank: number, outgoing: boolean): TouchingEdge | undefined => {
    if (found.length < few)
      return found.find((one) => one.other === other && one.rank >> 1 === rank >> 1 && one.outgoing === outgoing);
    map ??= new Map(found.map((one) => [numberOf(one.other, one.rank, one.outgoing), one]));
    return map.get(numberOf(other, rank, outgoing));
  };
  const gather = (going: boolean) =>
    graph.eachEdge(slot, going, generation, kinds, (edge, other) => {
      const itself = other === slot;
      // Looked at from both sides it would be told twice.
      if (itself && !going && direction === "both") return;
      const outgoing = going || itself;
      const rank = graph.edges.rank(edge);
      const before = same(other, rank, outgoing);
      if (before === undefined) {
        const made = { other, outgoing, rank, said: [edge] };
        found.push(made);
        map?.set(numberOf(other, rank, outgoing), made);
        return;
      }
      before.rank = Math.min(before.rank, rank);
      before.said.push(edge);
    });
  if (direction !== "incoming") gather(true);
  if (direction !== "outgoing") gather(false);
  const { ids } = graph;
  return found.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    return ids.compare(a.other, b.other) || Number(b.outgoing) - Number(a.outgoing);
  });
}
