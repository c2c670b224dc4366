import { countTerms } from "../../../domain/text/mod.ts";
import { TextHasher } from "../hashed/mod.ts";
import type { WordTable } from "./word-table.ts";

/** Of a vector, what the hashed n-grams take: they know the names that no table does. */
const hashedDimensions = 128;
/** How much the words' half counts beside the n-grams'. */
const wordShare = 1;

/** Makes vectors of two halves: the mean of the words' vectors, and hashed n-grams; each of length 1 before they are weighed. */
export class TextEmbedder {
  readonly dimensions: number;
  readonly #table: WordTable;
  readonly #hasher = new TextHasher(hashedDimensions);
  readonly #sums: Float64Array;

  constructor(table: WordTable) {
    this.#table = table;
    this.#sums = new Float64Array(table.dimensions);
    this.dimensions = table.dimensions + hashedDimensions;
  }

  /** Writes the text's unit vector into `out` at `offset`; zeros for a text without words. */
  embed(text: string, out: Float32Array, offset: number): void {
    const counted = countTerms(text);
    const { dimensions, rows, scales, codes } = this.#table;
    const sums = this.#sums.fill(0);
    for (const [index, term] of counted.terms.entries()) {
      const row = rows.get(term);
      if (row === undefined) continue;
      const count = counted.counts[index] as number;
      const weight = (scales[row] as number) * (count === 1 ? 1 : 1 + Math.log(count));
      const from = row * dimensions;
      for (let at = 0; at < dimensions; at++) sums[at] = (sums[at] as number) + weight * (codes[from + at] as number);
    }
    let squares = 0;
    for (let at = 0; at < dimensions; at++) squares += (sums[at] as number) ** 2;
    this.#hasher.hashTerms(counted, out, offset + dimensions);
    const hashed = counted.terms.length > 0;
    // A text of unknown words has one half only, and is of length 1 all the same.
    const whole = Math.sqrt((squares > 0 ? wordShare ** 2 : 0) + (hashed ? 1 : 0));
    const scale = squares > 0 ? wordShare / Math.sqrt(squares) / whole : 0;
    for (let at = 0; at < dimensions; at++) out[offset + at] = (sums[at] as number) * scale;
    if (whole > 0)
      for (let at = dimensions; at < this.dimensions; at++) out[offset + at] = (out[offset + at] as number) / whole;
  }
}
