/** Where a term stands, and what each place is worth before the term's weight. */
export interface TermHits {
  readonly slots: Uint32Array;
  readonly values: Float64Array;
}

/** Lists shorter than this are read as fast as they are looked up. */
const worthKeeping = 128;
/** Hits kept, 12 bytes each: so many at least, and so many a slot. Common words are asked for again and again. */
const leastKept = 3_000_000;
const keptPerSlot = 8;

/**
 * Decoded lists of the terms asked for lately. Two halves: when the younger is full the older is dropped, which
 * forgets about what was used least recently without keeping an order.
 */
export class KnownHits {
  #young = new Map<string, TermHits>();
  #old = new Map<string, TermHits>();
  #youngHits = 0;
  #oldHits = 0;

  get bytes(): number {
    return (this.#youngHits + this.#oldHits) * 12;
  }

  forget(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngHits = 0;
    this.#oldHits = 0;
  }

  get(key: string): TermHits | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#oldHits -= old.slots.length;
    this.#put(key, old, Number.POSITIVE_INFINITY);
    return old;
  }

  /** Keeps a copy. */
  keep(key: string, slots: Uint32Array, values: Float64Array, allSlots: number): void {
    const half = Math.max(leastKept, keptPerSlot * allSlots) / 2;
    if (slots.length < worthKeeping || slots.length > half) return;
    this.#put(key, { slots: slots.slice(), values: values.slice() }, half);
  }

  #put(key: string, hits: TermHits, half: number): void {
    if (this.#youngHits + hits.slots.length > half) {
      this.#old = this.#young;
      this.#oldHits = this.#youngHits;
      this.#young = new Map();
      this.#youngHits = 0;
    }
    this.#young.set(key, hits);
    this.#youngHits += hits.slots.length;
  }
}
