import { Column } from "./column.ts";
import { TextPool } from "./text-pool.ts";

/** At most so many of the places of the hash table are taken. */
const load = 0.6;
const firstPlaces = 1_024;
export const unknown = -1;
/** From U+E000 on, the order of UTF-8 is not that of UTF-16, which has surrogates before. */
const firstOfOtherOrder = 0xee;

/**
 * Texts by number and numbers by text, each text once in its group: bytes in one pool, and a hash table of numbers
 * with open addressing and linear probing. Some 15 bytes a text beside the text. Nothing is taken out: who wants room
 * back builds another table.
 */
export class TextTable {
  count = 0;
  readonly #pool = new TextPool();
  /** By text: where it ends in the pool; it starts where the one before it ends. */
  readonly #ends = new Column(Int32Array);
  readonly #groups = new Column(Int32Array);
  /** Number of the text plus one; 0 for a free place. */
  #places = new Int32Array(firstPlaces);
  /** Makes the hashes of this table its own, so that nobody can write texts that all collide. */
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  find(group: number, text: string): number {
    const end = this.#pool.write(text);
    return this.#places[this.#probe(group, this.#pool.end, end)]! - 1;
  }

  /** The number of a text, which is given one if it has none. */
  add(group: number, text: string): number {
    const start = this.#pool.end;
    const end = this.#pool.write(text);
    const place = this.#probe(group, start, end);
    const known = this.#places[place]!;
    if (known !== 0) return known - 1;
    const made = this.count;
    this.reserve(made + 1);
    this.count += 1;
    this.#pool.end = end;
    this.#ends.values[made] = end;
    this.#groups.values[made] = group;
    this.#places[place] = made + 1;
    if (this.count > this.#places.length * load) this.#rehash(this.#places.length * 2);
    return made;
  }

  reserve(texts: number): void {
    this.#ends.reach(texts);
    this.#groups.reach(texts);
  }

  text(at: number): string {
    return this.#pool.read(this.#startOf(at), this.#ends.values[at]!);
  }

  group(at: number): number {
    return this.#groups.values[at]!;
  }

  /**
   * Which of two texts comes first by code units; 0 where the bytes don't tell: one begins with the other, or they
   * differ in such as UTF-8 and UTF-16 put in different orders.
   */
  compare(a: number, b: number): number {
    const { bytes } = this.#pool;
    const from = this.#startOf(a);
    const other = this.#startOf(b);
    const size = Math.min(this.#ends.values[a]! - from, this.#ends.values[b]! - other);
    for (let at = 0; at < size; at++) {
      const [x, y] = [bytes[from + at]!, bytes[other + at]!];
      if (x !== y) return x < firstOfOtherOrder && y < firstOfOtherOrder ? x - y : 0;
    }
    return 0;
  }

  #startOf(at: number): number {
    return at === 0 ? 0 : this.#ends.values[at - 1]!;
  }

  /** The place of a text that lies in the pool, or the free one where it would go. */
  #probe(group: number, start: number, end: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    const { bytes } = this.#pool;
    for (let place = this.#hash(group, start, end) & mask; ; place = (place + 1) & mask) {
      const at = places[place]! - 1;
      if (at < 0) return place;
      if (this.#groups.values[at] !== group) continue;
      const from = this.#startOf(at);
      const size = end - start;
      if (this.#ends.values[at]! - from !== size) continue;
      let same = 0;
      while (same < size && bytes[from + same] === bytes[start + same]) same++;
      if (same === size) return place;
    }
  }

  /** FNV-1a over the bytes, then MurmurHash3's last step, which spreads it over the low bits. */
  #hash(group: number, start: number, end: number): number {
    const { bytes } = this.#pool;
    let hash = this.#seed ^ Math.imul(group, 0x9e3779b1);
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #rehash(size: number): void {
    const places = new Int32Array(size);
    const mask = size - 1;
    for (let at = 0; at < this.count; at++) {
      let place = this.#hash(this.#groups.values[at]!, this.#startOf(at), this.#ends.values[at]!) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = at + 1;
    }
    this.#places = places;
  }
}
