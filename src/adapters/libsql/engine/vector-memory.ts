import { cosine } from "../../../domain/vector/mod.ts";
import { Arena } from "./kernel/arena.ts";
import { kernelMemory, scanKernel } from "./kernel/scan-kernel.ts";
import { controlBytes, mostPieces, type ScanPiece, SharedScan } from "./kernel/shared-scan.ts";
import { type TieOrder, TopRows } from "./top-rows.ts";

/** Where a segment's codes and scales lie in the memory. */
export interface VectorBlock {
  readonly rows: number;
  readonly codes: number;
  readonly scales: number;
}

export interface Placed {
  readonly base: number;
  readonly vectors: VectorBlock;
}

/** Rows copied before others may have their turn, or scanned by one thread: a megabyte or so. */
const rowsAStep = 4_096;
/** Scanning fewer takes less time than another thread needs to wake. */
const worthHelp = 16_384;

/** What another thread needs to help: `helpScans` with a kernel of its own. */
export interface ScanShare {
  readonly memory: WebAssembly.Memory;
  readonly control: number;
}

/** Codes of all loaded segments in one shared memory, and the exact search over them. */
export class VectorMemory {
  readonly #dimensions: number;
  /** A row's bytes: dimensions filled up with zeros to what one round of the kernel takes. */
  readonly #stride: number;
  readonly #arena = new Arena(kernelMemory());
  readonly #control = this.#arena.take(controlBytes);
  readonly #scan = new SharedScan(this.#arena.memory, this.#control, scanKernel(this.#arena.memory));
  readonly #query: number;
  #rounded = { unit: 1, error: 0 };
  #mask = 0;
  #scores = 0;
  /** Length of the longest kept vector: bounds what rounding the query can do to a score. */
  #longest = 1;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#stride = Math.max(32, Math.ceil(dimensions / 32) * 32);
    this.#query = this.#arena.take(this.#stride * 2);
  }

  get bytes(): number {
    return this.#arena.used;
  }

  get share(): ScanShare {
    return { memory: this.#arena.memory, control: this.#control };
  }

  /** Whether another thread has done part of what was begun. */
  get helped(): boolean {
    return this.#scan.helped;
  }

  /** Whoever helps to scan ends. */
  close(): void {
    this.#scan.stop();
  }

  /** In steps of a few milliseconds. */
  *place(codes: Int8Array, scales: Float32Array): Generator<undefined, VectorBlock> {
    const rows = scales.length;
    const block = { rows, codes: this.#arena.take(rows * this.#stride), scales: this.#arena.take(rows * 4) };
    for (let from = 0; from < rows; from += rowsAStep) {
      this.#copy(codes, scales, block, from, Math.min(rows, from + rowsAStep));
      yield;
    }
    new Float32Array(this.#arena.memory.buffer, block.scales, rows).set(scales);
    return block;
  }

  /** The memory may have grown since the last step, which takes its views away. */
  #copy(codes: Int8Array, scales: Float32Array, block: VectorBlock, from: number, to: number): void {
    const size = this.#dimensions;
    const target = new Int8Array(this.#arena.memory.buffer, block.codes, block.rows * this.#stride);
    if (this.#stride === size) target.set(codes.subarray(from * size, to * size), from * size);
    else target.fill(0, from * this.#stride, to * this.#stride);
    for (let row = from; row < to; row++) {
      if (this.#stride !== size) target.set(codes.subarray(row * size, (row + 1) * size), row * this.#stride);
      let squares = 0;
      for (let at = row * size; at < (row + 1) * size; at++) squares += (codes[at] as number) * (codes[at] as number);
      this.#longest = Math.max(this.#longest, Math.sqrt(squares) * (scales[row] as number));
    }
  }

  free(block: VectorBlock): void {
    this.#arena.give(block.codes);
    this.#arena.give(block.scales);
  }

  /** Room for the mask and the scores of so many slots. */
  reserve(slots: number): void {
    this.#arena.give(this.#mask);
    this.#arena.give(this.#scores);
    this.#mask = this.#arena.take(slots);
    this.#scores = this.#arena.take(slots * 4);
  }

  exact(query: Float32Array, block: VectorBlock, row: number): number {
    const codes = new Int8Array(this.#arena.memory.buffer, block.codes + row * this.#stride, this.#dimensions);
    const [scale = 0] = new Float32Array(this.#arena.memory.buffer, block.scales + row * 4, 1);
    return cosine(query, codes, scale);
  }

  /** Begins to look for what is nearest: another thread that helps goes on until `nearest` is asked. */
  begin(query: Float32Array, mask: Uint8Array, segments: readonly Placed[]): void {
    this.#scan.finish();
    this.#rounded = this.#round(query);
    new Uint8Array(this.#arena.memory.buffer, this.#mask, mask.length).set(mask);
    this.#scan.begin(this.#pieces(mask.length, segments), this.#stride, this.#query, mask.length >= worthHelp);
  }

  #pieces(slots: number, segments: readonly Placed[]): readonly ScanPiece[] {
    const most = Math.max(rowsAStep, Math.ceil((2 * slots) / mostPieces));
    return segments.flatMap(({ base, vectors }) => {
      const pieces: ScanPiece[] = [];
      for (let row = 0; row < vectors.rows; row += most) {
        const codes = vectors.codes + row * this.#stride;
        const [scales, mask, out] = [
          vectors.scales + row * 4,
          this.#mask + base + row,
          this.#scores + (base + row) * 4,
        ];
        pieces.push({ codes, scales, mask, out, rows: Math.min(most, vectors.rows - row) });
      }
      return pieces;
    });
  }

  /**
   * The `wanted` nearest slots of the mask, best first, with exact scores, as was begun. The kernel scores all with a
   * rounded query; those within twice the largest possible error of the last place are then scored exactly.
   */
  nearest(query: Float32Array, mask: Uint8Array, segments: readonly Placed[], wanted: number, before: TieOrder) {
    const { unit, error } = this.#rounded;
    this.#scan.finish();
    const { buffer } = this.#arena.memory;
    const scores = new Float32Array(buffer, this.#scores, mask.length);
    const { near, floor } = nearRows(scores, new TopRows(wanted, before), (2 * error) / unit);
    const top = new TopRows(wanted, before);
    let at = 0;
    for (const slot of near) {
      if ((scores[slot] as number) < floor) continue;
      while (slot >= (segments[at] as Placed).base + (segments[at] as Placed).vectors.rows) at += 1;
      const { base, vectors } = segments[at] as Placed;
      top.offer(slot, this.exact(query, vectors, slot - base));
    }
    return top.sorted();
  }

  /**
   * Writes the query as 16-bit integers, as finely as the kernel's 32-bit sum allows. Returns the value of one
   * step, and how far a score can be from the exact one.
   */
  #round(query: Float32Array): { unit: number; error: number } {
    let largest = 0;
    for (const component of query) largest = Math.max(largest, Math.abs(component));
    const steps = Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * this.#stride)));
    const unit = largest / steps;
    const rounded = new Int16Array(this.#arena.memory.buffer, this.#query, this.#stride);
    rounded.fill(0);
    let squares = 0;
    for (let at = 0; at < query.length; at++) {
      const value = Math.round((query[at] as number) / unit);
      rounded[at] = value;
      squares += ((query[at] as number) - value * unit) ** 2;
    }
    return { unit, error: Math.sqrt(squares) * this.#longest };
  }
}

/**
 * Slots that were within `slack` of the last place when they were met, few more than are within it in the end, and the
 * least score that is. A loop over all rows, by itself: the runtime compiles it once, whatever is around it.
 */
function nearRows(scores: Float32Array, rough: TopRows, slack: number): { near: readonly number[]; floor: number } {
  const near: number[] = [];
  let threshold = Number.NEGATIVE_INFINITY;
  let floor = threshold;
  for (let slot = 0; slot < scores.length; slot++) {
    const score = scores[slot] as number;
    if (score < floor || score === Number.NEGATIVE_INFINITY) continue;
    near.push(slot);
    if (score <= threshold) continue;
    rough.offer(slot, score);
    threshold = rough.threshold;
    floor = threshold - slack - Math.abs(threshold) * 1e-6;
  }
  return { near, floor };
}
