import { type FieldTerms, fieldCount } from "../../domain/text/mod.ts";
import type { QueryTerm } from "../../ports/mod.ts";
import { rarity, type Statistics } from "./bm25f.ts";
import { type TermHash, termHash } from "./term-hash.ts";

export interface SparseVector {
  indices: number[];
  values: number[];
}

/**
 * Weights, length normalisation and lengths that stored vectors assume, by field. Close to what search asks with and
 * what repositories have; the engine's scores only choose which rows are scored exactly, so they need not agree.
 */
const assumed = [
  { weight: 1, b: 0.6, average: 120 },
  { weight: 3, b: 0.4, average: 6 },
  { weight: 2.5, b: 0.4, average: 3 },
  { weight: 0.7, b: 0.4, average: 8 },
  { weight: 0.7, b: 0.5, average: 12 },
] as const;
const k1 = 1.2;

/** A stored row: for each term its saturated frequency, so that a product with rarities comes near to BM25F. */
export function sparseDocument({ terms, counts, lengths }: FieldTerms, hashes: readonly TermHash[]): SparseVector {
  const norms = assumed.map(({ weight, b, average }, field) => {
    return weight / (1 - b + (b * (lengths[field] as number)) / average);
  });
  const values = new Map<number, number>();
  terms.forEach((_, term) => {
    let frequency = 0;
    for (let field = 0; field < fieldCount; field++) {
      frequency += (counts[term * fieldCount + field] as number) * (norms[field] as number);
    }
    const { dimension } = hashes[term]!;
    const value = Math.fround(frequency / (k1 + frequency));
    // Terms that share a dimension: the stronger stands for both, and exact scoring tells them apart.
    values.set(dimension, Math.max(values.get(dimension) ?? 0, value));
  });
  return toVector(values);
}

export function sparseQuery(terms: readonly QueryTerm[], statistics: Statistics): SparseVector {
  const values = new Map<number, number>();
  terms.forEach(({ term, weight }, at) => {
    const holders = statistics.documentFrequency[at] as number;
    if (!(weight > 0) || holders === 0) return;
    const { dimension } = termHash(term);
    values.set(dimension, (values.get(dimension) ?? 0) + weight * rarity(statistics.documents, holders));
  });
  return toVector(values);
}

function toVector(values: ReadonlyMap<number, number>): SparseVector {
  const sorted = [...values].sort(([a], [b]) => a - b);
  return { indices: sorted.map(([index]) => index), values: sorted.map(([, value]) => value) };
}
