import { type LexicalTuning, lexicalFields, type QueryTerm } from "../../ports/mod.ts";
import { decodeCounts, hashKey } from "./term-counts.ts";
import { termHash } from "./term-hash.ts";

/** Longer fields count as this long: every index of the port does so. */
export const longestField = 65_535;

export interface Statistics {
  readonly documents: number;
  readonly averageLengths: readonly number[];
  /** For each query term, in how many visible rows it stands. */
  readonly documentFrequency: readonly number[];
}

export function rarity(documents: number, holders: number): number {
  return Math.log(1 + (documents - holders + 0.5) / (holders + 0.5));
}

/** Scores stored rows exactly, with the statistics of the sources searched (the formula: docs/decisions/0003). */
export class Scorer {
  readonly #terms: readonly { readonly key: number; readonly weight: number; readonly rarity: number }[];
  readonly #keys: ReadonlySet<number>;
  readonly #tuning: LexicalTuning;
  readonly #averages: readonly number[];

  constructor(terms: readonly QueryTerm[], tuning: LexicalTuning, statistics: Statistics) {
    this.#terms = terms.flatMap(({ term, weight }, at) => {
      const holders = statistics.documentFrequency[at] as number;
      if (!(weight > 0) || holders === 0) return [];
      return [{ key: hashKey(termHash(term)), weight, rarity: rarity(statistics.documents, holders) }];
    });
    this.#keys = new Set(this.#terms.map(({ key }) => key));
    this.#tuning = tuning;
    this.#averages = statistics.averageLengths;
  }

  /** @param counts as `encodeCounts` wrote them @throws RangeError when they are damaged */
  score(counts: string, lengths: readonly number[]): { readonly score: number; readonly matches: boolean } {
    if (this.#terms.length === 0) return { score: 0, matches: false };
    const found = decodeCounts(counts, this.#keys);
    let score = 0;
    for (const { key, weight, rarity } of this.#terms) {
      const held = found.get(key);
      if (held === undefined) continue;
      const frequency = this.#frequency(held, lengths);
      score += weight * rarity * (frequency > 0 ? frequency / (this.#tuning.k1 + frequency) : 0);
    }
    return { score, matches: found.size > 0 };
  }

  #frequency(counts: Uint16Array, lengths: readonly number[]): number {
    let frequency = 0;
    lexicalFields.forEach((name, field) => {
      const count = counts[field] as number;
      if (count === 0) return;
      const { weight, b } = this.#tuning.fields[name];
      const average = this.#averages[field] as number;
      const length = lengths[field] as number;
      frequency += count * (average === 0 ? weight : weight / (1 - b + (b * length) / average));
    });
    return frequency;
  }
}
