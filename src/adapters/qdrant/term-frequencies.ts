import type { QueryTerm } from "../../ports/mod.ts";
import { all, any, is, visible } from "./filters.ts";
import type { Generation } from "./generations.ts";
import type { Points } from "./points.ts";

/** Sets of generations whose counts are kept, and counts in each: about 10 MB. */
const mostSets = 32;
const mostTerms = 20_000;
/** Counts asked for at once: enough to hide the way there and back, few enough to leave room for others. */
const atOnce = 16;

/** In how many visible rows a term stands: counted by the engine once for each set of generations, then remembered. */
export class TermFrequencies {
  readonly #points: Points;
  readonly #kept = new Map<string, Map<string, number>>();

  constructor(points: Points) {
    this.#points = points;
  }

  async of(terms: readonly QueryTerm[], searched: readonly Generation[], signal: AbortSignal): Promise<number[]> {
    const known = this.#knownFor(searched);
    const missing = [...new Set(terms.map(({ term }) => term))].filter((term) => !known.has(term));
    const counted = new Map<string, number>();
    const work = async (): Promise<void> => {
      for (let term = missing.pop(); term !== undefined; term = missing.pop()) {
        counted.set(term, await this.#count(term, searched, signal));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, missing.length) }, work));
    const of = terms.map(({ term }) => counted.get(term) ?? known.get(term) ?? 0);
    if (known.size + counted.size > mostTerms) known.clear();
    for (const [term, count] of counted) known.set(term, count);
    return of;
  }

  forget(): void {
    this.#kept.clear();
  }

  #knownFor(searched: readonly Generation[]): Map<string, number> {
    const key = JSON.stringify(searched.map(({ source, generation }) => [source, generation]).sort());
    const known = this.#kept.get(key) ?? new Map<string, number>();
    this.#kept.delete(key);
    this.#kept.set(key, known);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostSets && oldest !== undefined) this.#kept.delete(oldest);
    return known;
  }

  async #count(term: string, searched: readonly Generation[], signal: AbortSignal): Promise<number> {
    let count = 0;
    for (const [collection, generations] of byCollection(searched)) {
      const scopes = generations.map((one) => all(...visible(one)));
      count += await this.#points.count(collection, all(is("terms", term), any(...scopes)), signal);
    }
    return count;
  }
}

export function byCollection<T extends { readonly collection: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.collection);
    if (group === undefined) groups.set(item.collection, [item]);
    else group.push(item);
  }
  return groups;
}
