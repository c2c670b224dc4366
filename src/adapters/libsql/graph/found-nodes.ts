import { edgeKinds, matchesWords, nameText, nodeKinds, placingKinds, squashed } from "../../../domain/graph/mod.ts";
import type { NodeQuery } from "../../../ports/mod.ts";
import type { SourceGraph } from "./source-graph.ts";

export interface Found {
  readonly graph: SourceGraph;
  readonly generation: number;
  readonly slot: number;
}

interface FoundName extends Found {
  readonly name: string;
}

/**
 * What a search found, in groups that are in order: those of the whole name asked for, then by the length of names.
 * A group is put in order only when a page reaches it, so that listing everything does not sort everything.
 */
export class FoundNodes {
  readonly #groups: FoundName[][] = [];
  readonly #sorted = new Set<FoundName[]>();

  constructor(from: readonly { readonly graph: SourceGraph; readonly generation: number }[], query: NodeQuery) {
    const words = query.words.map((word) => word.toLowerCase());
    const asked = squashed(words.join(""));
    const whole: FoundName[][] = [];
    const others: FoundName[][] = [];
    for (const { graph, generation } of from)
      for (const { slot, name } of matching(graph, generation, { ...query, words })) {
        const groups = asked !== "" && squashed(name) === asked ? whole : others;
        groups[name.length] ??= [];
        groups[name.length]!.push({ graph, generation, slot, name });
      }
    this.#groups = [...whole, ...others].filter((group) => group !== undefined);
  }

  page(offset: number, limit: number): readonly Found[] {
    const page: Found[] = [];
    let before = 0;
    for (const group of this.#groups) {
      if (page.length >= limit) break;
      const from = Math.max(0, offset - before);
      before += group.length;
      if (from >= group.length) continue;
      if (!this.#sorted.has(group)) group.sort(compareIds);
      this.#sorted.add(group);
      page.push(...group.slice(from, from + limit - page.length));
    }
    return page;
  }
}

function compareIds(a: Found, b: Found): number {
  const [left, right] = [`${a.graph.name}:${a.graph.ids[a.slot]}`, `${b.graph.name}:${b.graph.ids[b.slot]}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function* matching(
  graph: SourceGraph,
  generation: number,
  { kinds, path, orphans, words }: NodeQuery,
): Generator<{ slot: number; name: string }> {
  const wanted = new Set(kinds.map((kind) => nodeKinds.indexOf(kind)));
  const lower = new Map<string, string>();
  for (let slot = 0; slot < graph.ids.length; slot++) {
    const shown = graph.shown(slot, generation);
    if (shown === undefined || (wanted.size > 0 && !wanted.has(shown.kind))) continue;
    if (path !== "" && shown.path !== path) continue;
    if (words.length > 0) {
      shown.text ??= nameText(shown.name, shown.qualifiedName);
      let place = lower.get(shown.path);
      if (place === undefined) {
        place = shown.path.toLowerCase();
        lower.set(shown.path, place);
      }
      if (!matchesWords(shown.text, place, words)) continue;
    }
    if (orphans && isUsed(graph, slot, generation)) continue;
    yield { slot, name: shown.name };
  }
}

const placing = new Set([...placingKinds].map((kind) => edgeKinds.indexOf(kind)));

function isUsed(graph: SourceGraph, slot: number, generation: number): boolean {
  let used = false;
  graph.eachEdge(slot, false, generation, (other, rank) => {
    if (other !== slot && !placing.has(rank >> 1)) used = true;
  });
  return used;
}
