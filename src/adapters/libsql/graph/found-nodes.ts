import { edgeKinds, nodeKinds, placingKinds, squashed } from "../../../domain/graph/mod.ts";
import type { NodeQuery } from "../../../ports/mod.ts";
import { nodesNamed, type SourceGraph } from "./columns/mod.ts";
import { everyKind } from "./touching-edges.ts";

/** A source's graph as one generation has it. */
export interface GraphAt {
  readonly graph: SourceGraph;
  readonly generation: number;
}

export interface Found extends GraphAt {
  readonly slot: number;
}

/** A found node as a number: which graph, and its slot there. */
const slots = 2 ** 31;

/**
 * What a search found, in groups that are in order: those of the whole name asked for, then by the length of names.
 * A group is put in order only when a page reaches it, so that listing everything does not sort everything.
 */
export class FoundNodes {
  readonly #from: readonly GraphAt[];
  readonly #groups: number[][] = [];
  readonly #sorted = new Set<number[]>();

  constructor(from: readonly GraphAt[], query: NodeQuery) {
    this.#from = from;
    const words = query.words.map((word) => word.toLowerCase());
    const asked = squashed(words.join(""));
    const whole: number[][] = [];
    const others: number[][] = [];
    for (const [which, { graph, generation }] of from.entries())
      for (const node of matching(graph, generation, { ...query, words })) {
        const groups = asked !== "" && squashed(graph.texts.name(node)) === asked ? whole : others;
        const length = graph.nodes.nameLength(node);
        groups[length] ??= [];
        groups[length]!.push(which * slots + graph.nodes.slots.values[node]!);
      }
    // Groups of lengths that no name has are holes, which `filter` leaves out.
    this.#groups = [...whole.filter(() => true), ...others.filter(() => true)];
  }

  page(offset: number, limit: number): readonly Found[] {
    const page: Found[] = [];
    let before = 0;
    for (const group of this.#groups) {
      if (page.length >= limit) break;
      const from = Math.max(0, offset - before);
      before += group.length;
      if (from >= group.length) continue;
      this.#sort(group);
      for (const found of group.slice(from, from + limit - page.length)) page.push(this.#found(found));
    }
    return page;
  }

  #found(found: number): Found {
    return { ...this.#from[Math.floor(found / slots)]!, slot: found % slots };
  }

  #sort(group: number[]): void {
    if (this.#sorted.has(group)) return;
    this.#sorted.add(group);
    const ids = group.map((found) => {
      const { graph, slot } = this.#found(found);
      return { found, id: `${graph.name}:${graph.ids.bare(slot)}` };
    });
    ids.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    for (const [at, { found }] of ids.entries()) group[at] = found;
  }
}

function* matching(graph: SourceGraph, generation: number, query: NodeQuery): Generator<number> {
  const { nodes, contributions } = graph;
  const wanted = query.kinds.reduce((bits, kind) => bits | (1 << nodeKinds.indexOf(kind)), 0);
  for (const node of nodesNamed(graph, query)) {
    if (wanted !== 0 && ((wanted >>> nodes.kind(node)) & 1) === 0) continue;
    if (!contributions.isShown(nodes.by.values[node]!, generation)) continue;
    const slot = nodes.slots.values[node]!;
    // What several files contribute looks as the first of them has it, and is found as that.
    if (graph.shown(slot, generation) !== node) continue;
    if (query.orphans && isUsed(graph, slot, generation)) continue;
    yield node;
  }
}

const using: number = edgeKinds.reduce(
  (bits, kind, at) => (placingKinds.has(kind) ? bits & ~(1 << at) : bits),
  everyKind,
);

function isUsed(graph: SourceGraph, slot: number, generation: number): boolean {
  let used = false;
  graph.eachEdge(slot, false, generation, using, (_edge, other) => {
    if (other !== slot) used = true;
  });
  return used;
}
