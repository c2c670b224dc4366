import { countTerms, type TermCounts } from "../../../domain/text/mod.ts";

const shortestGram = 3;
const longestGram = 5;
/** What a whole term counts beside all its n-grams together: an exact word is worth more than a similar one. */
const wholeWeight = 1;
/** Features that are remembered, those of some 40,000 terms, in 4 MB: an array a term took 50. */
const mostRemembered = 1 << 20;
const begin = 0x3c;
const end = 0x3e;

/** FNV-1a's step (public domain: Fowler, Noll, Vo) over UTF-16 units. */
function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** Murmur3's final mixing: neighbouring hashes part. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * Hashes texts into unit vectors: the character 3- to 5-grams of every term between marks of its ends (as in
 * Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information") and the terms themselves, by signed
 * feature hashing (Weinberger et al. 2009), a term counting 1 + ln of its occurrences.
 */
export class TextHasher {
  readonly #dimensions: number;
  /** Features of known terms, one term after another: bucket and sign in one number. */
  readonly #features = new Int32Array(mostRemembered);
  /** Where a known term's begin: their number, then the whole term's, then those of its n-grams. */
  readonly #known = new Map<string, number>();
  #used = 0;
  readonly #sums: Float64Array;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#sums = new Float64Array(dimensions);
  }

  /** Writes the text's vector into `out` at `offset`; zeros for a text without words. */
  hash(text: string, out: Float32Array, offset: number): void {
    this.hashTerms(countTerms(text), out, offset);
  }

  /** The same for a text whose terms are counted. */
  hashTerms({ terms, counts }: TermCounts, out: Float32Array, offset: number): void {
    const sums = this.#sums.fill(0);
    for (const [index, term] of terms.entries()) {
      const from = this.#known.get(term) ?? this.#compute(term);
      const features = this.#features;
      const grams = (features[from] as number) - 1;
      const count = counts[index] as number;
      const weight = count === 1 ? 1 : 1 + Math.log(count);
      addFeature(sums, features[from + 1] as number, weight * wholeWeight);
      // All n-grams of a term together weigh as much as one feature, however long the term.
      const share = weight / Math.sqrt(grams);
      for (let at = from + 2; at < from + 2 + grams; at++) addFeature(sums, features[at] as number, share);
    }
    let squares = 0;
    for (const sum of sums) squares += sum * sum;
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (let at = 0; at < sums.length; at++) out[offset + at] = (sums[at] as number) * scale;
  }

  /** Returns where the term's features begin. */
  #compute(term: string): number {
    const length = term.length + 2;
    const most = 2 + length * (longestGram - shortestGram + 1);
    if (this.#used + most > mostRemembered) {
      this.#known.clear();
      this.#used = 0;
    }
    const from = this.#used;
    const features = this.#features;
    let at = from + 1;
    features[at++] = this.#feature(wholeHash(term));
    const unitAt = (place: number) => (place === 0 ? begin : place > term.length ? end : term.charCodeAt(place - 1));
    for (let first = 0; first + shortestGram <= length; first++) {
      let hash = 0x811c9dc5 | 0;
      for (let size = 1; size <= longestGram && first + size <= length; size++) {
        hash = step(hash, unitAt(first + size - 1));
        if (size >= shortestGram) features[at++] = this.#feature(hash);
      }
    }
    features[from] = at - from - 1;
    this.#used = at;
    this.#known.set(term, from);
    return from;
  }

  #feature(hash: number): number {
    const bits = mixed(hash);
    return ((bits >>> 1) % this.#dimensions) * 2 + (bits & 1);
  }
}

function addFeature(sums: Float64Array, feature: number, weight: number): void {
  const bucket = feature >> 1;
  sums[bucket] = (sums[bucket] as number) + ((feature & 1) === 0 ? weight : -weight);
}

/** Seeded apart from n-grams, so that a short term and the same n-gram inside another differ. */
function wholeHash(term: string): number {
  let hash = 0x1b873593;
  for (let at = 0; at < term.length; at++) hash = step(hash, term.charCodeAt(at));
  return hash;
}
