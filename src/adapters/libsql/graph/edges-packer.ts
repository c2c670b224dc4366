import { type Evidence, firstEvidence } from "../../../domain/graph/mod.ts";
import type { SourceGraph } from "./columns/mod.ts";
import type { EdgesAnswer } from "./reader-operations.ts";
import type { TouchingEdge } from "./touching-edges.ts";

/** Gathers edges for the wire, each once. */
export class EdgesPacker {
  readonly #evidence: boolean;
  readonly #ids: string[] = [];
  readonly #paths: string[] = [];
  readonly #numbers: number[] = [];
  readonly #places = new Map<SourceGraph, Map<number, number>>();
  readonly #pathPlaces = new Map<string, number>();
  /** Of each graph: the edges that may come again. */
  readonly #seen = new Map<SourceGraph, Set<string>>();

  constructor(evidence: boolean) {
    this.#evidence = evidence;
  }

  /** Takes edges of a graph; `asked` are all its nodes whose edges come. */
  edgesOf(graph: SourceGraph, asked: ReadonlySet<number>): (slot: number, edge: TouchingEdge) => void {
    const places = mapOf(this.#places, graph, () => new Map<number, number>());
    const edges = mapOf(this.#seen, graph, () => new Set<string>());
    return (slot, edge) => {
      const { other, outgoing, rank } = edge;
      const [from, to] = outgoing ? [slot, other] : [other, slot];
      // Only what touches two of the nodes asked about can come twice.
      if (asked.has(other)) {
        const key = `${from}>${to}:${rank >> 1}`;
        if (edges.has(key)) return;
        edges.add(key);
      }
      const evidence = this.#evidence ? evidenceOf(graph, edge.said) : [];
      const what = (rank >> 1) | ((rank & 1) << 8) | (evidence.length << 16);
      this.#numbers.push(this.#place(graph, places, from), this.#place(graph, places, to), what);
      for (const { path, lines } of evidence) this.#numbers.push(this.#path(path), lines.start, lines.end);
    };
  }

  answer(): EdgesAnswer {
    return { ids: this.#ids, paths: this.#paths, edges: Int32Array.from(this.#numbers) };
  }

  #place(graph: SourceGraph, places: Map<number, number>, slot: number): number {
    const known = places.get(slot);
    if (known !== undefined) return known;
    const made = this.#ids.push(graph.ids.whole(slot)) - 1;
    places.set(slot, made);
    return made;
  }

  #path(path: string): number {
    const known = this.#pathPlaces.get(path);
    if (known !== undefined) return known;
    const made = this.#paths.push(path) - 1;
    this.#pathPlaces.set(path, made);
    return made;
  }
}

/** The places told by edges of these numbers. */
export function evidenceOf({ edges, contributions }: SourceGraph, said: readonly number[]): Evidence[] {
  const places: Evidence[] = [];
  for (const edge of said) {
    const path = contributions.paths[edges.by.values[edge]!]!;
    edges.eachPlace(edge, (start, end) => places.push({ path, lines: { start, end } }));
  }
  return said.length === 1 ? places : firstEvidence(places);
}

function mapOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const made = map.get(key) ?? make();
  map.set(key, made);
  return made;
}
