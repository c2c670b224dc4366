import { Column } from "./columns/mod.ts";

/** Places of the filter that most hashes fail at once. */
const filterSize = 65_536;

/** Hashes that are looked for, and a filter of them that costs a nanosecond. */
export class WantedHashes {
  readonly #all: ReadonlySet<number>;
  readonly #filter = new Uint8Array(filterSize);

  constructor(hashes: Iterable<number>) {
    this.#all = new Set(hashes);
    for (const hash of this.#all) this.#filter[hash & (filterSize - 1)] = 1;
  }

  has(hash: number): boolean {
    return this.#filter[hash & (filterSize - 1)] === 1 && this.#all.has(hash);
  }
}

/** Hashes of names, file after file. */
export class NamePool {
  readonly #hashes = new Column(Float64Array);
  /** By file: where its hashes end; they start where those of the file before it do. */
  readonly #ends = new Column(Int32Array);
  #files = 0;

  get count(): number {
    return this.#files === 0 ? 0 : this.#ends.values[this.#files - 1]!;
  }

  /** Those of the next file. */
  add(hashes: Float64Array): void {
    const from = this.count;
    this.#hashes.reach(from + hashes.length);
    this.#hashes.values.set(hashes, from);
    this.#ends.reach(this.#files + 1);
    this.#ends.values[this.#files++] = from + hashes.length;
  }

  of(file: number): Float64Array {
    return this.#hashes.values.subarray(this.#start(file), this.#ends.values[file]!);
  }

  /** Calls back for every hash of a file that is wanted: half a thousand million hashes a second are passed over. */
  find(wanted: WantedHashes, told: (file: number, hash: number) => void): void {
    const hashes = this.#hashes.values;
    for (let file = 0, at = 0; file < this.#files; file++)
      for (const end = this.#ends.values[file]!; at < end; at++) if (wanted.has(hashes[at]!)) told(file, hashes[at]!);
  }

  #start(file: number): number {
    return file === 0 ? 0 : this.#ends.values[file - 1]!;
  }
}
