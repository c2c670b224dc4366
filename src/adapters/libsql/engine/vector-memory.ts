import { cosine } from "../../../domain/vector/mod.ts";

/** Where a segment's codes lie. */
export interface VectorBlock {
  readonly rows: number;
  readonly codes: Int8Array;
  readonly scales: Float32Array;
}

/** Codes of all loaded segments. */
export class VectorMemory {
  readonly #dimensions: number;
  #bytes = 0;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  get bytes(): number {
    return this.#bytes;
  }

  place(codes: Int8Array, scales: Float32Array): VectorBlock {
    this.#bytes += codes.length;
    return { rows: scales.length, codes: codes.slice(), scales: scales.slice() };
  }

  free(block: VectorBlock): void {
    this.#bytes -= block.codes.length;
  }

  exact(query: Float32Array, block: VectorBlock, row: number): number {
    return cosine(query, block.codes, block.scales[row] as number, row * this.#dimensions);
  }
}
