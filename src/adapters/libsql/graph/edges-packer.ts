import { type Evidence, firstEvidence } from "../../../domain/graph/mod.ts";
import { placesOf } from "./links.ts";
import type { EdgesAnswer } from "./reader-operations.ts";
import type { SourceGraph } from "./source-graph.ts";
import type { TouchingEdge } from "./touching-edges.ts";

/** Gathers edges for the wire, each once. */
export class EdgesPacker {
  readonly #evidence: boolean;
  readonly #ids: string[] = [];
  readonly #paths: string[] = [];
  readonly #numbers: number[] = [];
  readonly #places = new Map<SourceGraph, Map<number, number>>();
  readonly #pathPlaces = new Map<string, number>();
  readonly #seen = new Map<SourceGraph, Set<string>>();

  constructor(evidence: boolean) {
    this.#evidence = evidence;
  }

  add(graph: SourceGraph, slot: number, edge: TouchingEdge): void {
    const { other, outgoing, rank } = edge;
    const [from, to] = outgoing ? [slot, other] : [other, slot];
    const seen = this.#seen.get(graph) ?? new Set<string>();
    this.#seen.set(graph, seen);
    const key = `${from}>${to}:${rank >> 1}`;
    if (seen.has(key)) return;
    seen.add(key);
    const places = this.#evidence ? evidenceOf(edge) : [];
    const what = (rank >> 1) | ((rank & 1) << 8) | (places.length << 16);
    this.#numbers.push(this.#place(graph, from), this.#place(graph, to), what);
    for (const { path, lines } of places) this.#numbers.push(this.#path(path), lines.start, lines.end);
  }

  answer(): EdgesAnswer {
    return { ids: this.#ids, paths: this.#paths, edges: Int32Array.from(this.#numbers) };
  }

  #place(graph: SourceGraph, slot: number): number {
    const places = this.#places.get(graph) ?? new Map<number, number>();
    this.#places.set(graph, places);
    const known = places.get(slot) ?? this.#ids.push(`${graph.name}:${graph.ids[slot]}`) - 1;
    places.set(slot, known);
    return known;
  }

  #path(path: string): number {
    const known = this.#pathPlaces.get(path) ?? this.#paths.push(path) - 1;
    this.#pathPlaces.set(path, known);
    return known;
  }
}

function evidenceOf({ said }: TouchingEdge): Evidence[] {
  const places: Evidence[] = [];
  for (const { by, at } of said) {
    const count = placesOf(by.links[at + 2]!);
    for (let i = 0; i < count; i++) {
      const lines = { start: by.links[at + 3 + 2 * i]!, end: by.links[at + 4 + 2 * i]! };
      places.push({ path: by.path, lines });
    }
  }
  return said.length === 1 ? places : firstEvidence(places);
}
