import { fieldCount } from "../../../domain/text/mod.ts";
import type { EngineQuery } from "./engine-query.ts";
import type { LoadedSegment } from "./loaded-segment.ts";

/** The rows that sources show at their generations, and the statistics over exactly those. */
export interface Visible {
  /** Differs from all that were made before. */
  readonly id: number;
  /** Of the sources. */
  readonly generations: readonly number[];
  /** 1 for each slot that is seen. */
  readonly mask: Uint8Array;
  readonly documents: number;
  /** How many rows are seen of each segment, in the segments' order. */
  readonly shown: readonly number[];
  readonly averageLengths: Float64Array;
}

/** Sets of sources and generations remembered: a served one, and those that pages still name. */
const mostRemembered = 8;

/** Computes what is visible once for each set of sources and generations, until rows change. */
export class Visibility {
  readonly #known = new Map<string, Visible>();
  #made = 0;

  /** Forgets what is seen by generations from `first` up to and without `last`. Returns whether anything was known of them. */
  forget(first: number, last: number): boolean {
    const before = this.#known.size;
    for (const [key, { generations }] of this.#known)
      if (generations.some((generation) => generation >= first && generation < last)) this.#known.delete(key);
    return this.#known.size < before;
  }

  of(sources: EngineQuery["sources"], segments: readonly LoadedSegment[], slots: number): Visible {
    const pairs = sources.map(({ source, generation }) => `${source}@${generation}`);
    const key = pairs.sort().join(" ");
    let visible = this.#known.get(key);
    if (visible === undefined)
      visible = compute(++this.#made, new Map(sources.map((at) => [at.source, at.generation])), segments, slots);
    // Last used, last forgotten.
    this.#known.delete(key);
    this.#known.set(key, visible);
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value as string);
    return visible;
  }
}

function compute(
  id: number,
  generations: ReadonlyMap<number, number>,
  segments: readonly LoadedSegment[],
  slots: number,
): Visible {
  const mask = new Uint8Array(slots);
  const sums = new Float64Array(fieldCount);
  let documents = 0;
  const shown: number[] = [];
  for (const { base, states, parts } of segments) {
    const before = documents;
    let source = -1;
    let generation: number | undefined;
    for (let row = 0; row < parts.documents; row++) {
      if (states.source[row] !== source) {
        source = states.source[row] as number;
        generation = generations.get(source);
      }
      if (generation === undefined) continue;
      if ((states.born[row] as number) > generation || (states.dead[row] as number) <= generation) continue;
      mask[base + row] = 1;
      documents += 1;
      const at = row * fieldCount;
      for (let field = 0; field < fieldCount; field++) {
        sums[field] = (sums[field] as number) + (parts.lengths[at + field] as number);
      }
    }
    shown.push(documents - before);
  }
  const averageLengths = sums.map((sum) => (documents === 0 ? 0 : sum / documents));
  return { id, generations: [...generations.values()], mask, documents, shown, averageLengths };
}

/** The visible rows that a query's filter lets through; the visible mask itself when nothing is filtered. */
export function filtered(
  visible: Visible,
  query: EngineQuery,
  segments: readonly LoadedSegment[],
): { mask: Uint8Array; total: number } {
  const { allows, kinds } = query;
  if (allows === undefined && kinds === undefined) return { mask: visible.mask, total: visible.documents };
  const mask = new Uint8Array(visible.mask.length);
  const answers = new Map<number, boolean>();
  let total = 0;
  for (const { base, states, parts } of segments) {
    let file = Number.NaN;
    let allowed = allows === undefined;
    for (let row = 0; row < parts.documents; row++) {
      if (visible.mask[base + row] === 0) continue;
      if (kinds !== undefined && ((states.kinds[row] as number) & kinds) === 0) continue;
      if (allows !== undefined && states.file[row] !== file) {
        file = states.file[row] as number;
        const answer = answers.get(file) ?? allows(file);
        answers.set(file, answer);
        allowed = answer;
      }
      if (!allowed) continue;
      mask[base + row] = 1;
      total += 1;
    }
  }
  return { mask, total };
}
