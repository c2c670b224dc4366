import { cosine } from "../../../domain/vector/mod.ts";
import { joinCodes, splitCodes, strideOf } from "./code-planes.ts";
import { Arena } from "./kernel/arena.ts";
import { kernelMemory, type ScanKernel, scanKernel } from "./kernel/scan-kernel.ts";
import { type TieOrder, TopRows } from "./top-rows.ts";

/** Where a segment's codes, in two planes, and their scales lie in the memory. */
export interface VectorBlock {
  readonly rows: number;
  readonly high: number;
  readonly low: number;
  readonly scales: number;
  /** By row, how far its vector can be from what its high nibbles say. */
  readonly lost: number;
}

export interface Placed {
  readonly base: number;
  readonly vectors: VectorBlock;
}

/** Rows copied before others may have their turn: a megabyte or so. */
const rowsAStep = 4_096;
/** What the kernel's sums are of a code times a component. */
const kernelUnit = 256;
/** The middle of what a low nibble can be. */
const middle = 7.5;
/** Makes `lost` larger by more than what 32-bit floats round away of a sum. */
const margin = 1.001;

/** Codes of all loaded segments in one shared memory, and the exact search over them. */
export class VectorMemory {
  readonly #dimensions: number;
  readonly #stride: number;
  readonly #arena = new Arena(kernelMemory());
  readonly #kernel: ScanKernel = scanKernel(this.#arena.memory);
  readonly #query: number;
  #mask = 0;
  /** By slot: the most that a row can score. */
  #most = 0;
  /** Slots that are scored by all of their codes, and those scores. */
  #list = 0;
  #scores = 0;
  /** Length of the longest kept vector: bounds what rounding the query can do to a score. */
  #longest = 1;
  readonly #row: Int8Array;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#stride = strideOf(dimensions);
    this.#query = this.#arena.take(this.#stride * 2);
    this.#row = new Int8Array(this.#stride);
  }

  get bytes(): number {
    return this.#arena.used;
  }

  /** In steps of a few milliseconds. */
  *place(codes: Int8Array, scales: Float32Array): Generator<undefined, VectorBlock> {
    const rows = scales.length;
    const plane = (rows * this.#stride) / 2;
    const [high, low] = [this.#arena.take(plane), this.#arena.take(plane)];
    const block = { rows, high, low, scales: this.#arena.take(rows * 4), lost: this.#arena.take(rows * 4) };
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
    const lanes = this.#stride / 4;
    const { buffer } = this.#arena.memory;
    const high = new Uint16Array(buffer, block.high, block.rows * lanes);
    const low = new Uint16Array(buffer, block.low, block.rows * lanes);
    const lost = new Float32Array(buffer, block.lost, block.rows);
    for (let row = from; row < to; row++) {
      splitCodes(codes, row * size, size, high, low, row * lanes);
      let squares = 0;
      let off = 0;
      for (let at = row * size; at < (row + 1) * size; at++) {
        const code = codes[at] as number;
        squares += code * code;
        off += ((code & 15) - middle) ** 2;
      }
      const scale = scales[row] as number;
      this.#longest = Math.max(this.#longest, Math.sqrt(squares) * scale);
      lost[row] = Math.sqrt(off) * scale * margin;
    }
  }

  free({ high, low, scales, lost }: VectorBlock): void {
    for (const at of [high, low, scales, lost]) this.#arena.give(at);
  }

  /** Room for the mask and the scores of so many slots. */
  reserve(slots: number): void {
    for (const at of [this.#mask, this.#most, this.#list, this.#scores]) this.#arena.give(at);
    this.#mask = this.#arena.take(slots);
    this.#most = this.#arena.take(slots * 4);
    this.#list = this.#arena.take(slots * 4);
    this.#scores = this.#arena.take(slots * 4);
  }

  exact(query: Float32Array, { high, low, scales }: VectorBlock, row: number): number {
    const { buffer } = this.#arena.memory;
    const [lanes, half] = [this.#stride / 4, this.#stride / 2];
    joinCodes(
      new Uint16Array(buffer, high + row * half, lanes),
      new Uint16Array(buffer, low + row * half, lanes),
      0,
      this.#row,
    );
    const [scale = 0] = new Float32Array(buffer, scales + row * 4, 1);
    return cosine(query, this.#row, scale);
  }

  /**
   * The `wanted` nearest slots of the mask, best first, with exact scores. The first planes tell how much each row can
   * score at most. As many rows as are wanted are scored by all of their codes; whatever may score more than the last
   * of these is, too. That is with a rounded query: those within twice its largest possible error of the last place
   * are then scored exactly.
   */
  nearest(query: Float32Array, mask: Uint8Array, segments: readonly Placed[], wanted: number, before: TieOrder) {
    const { unit, error, sum, length } = this.#round(query);
    const { buffer } = this.#arena.memory;
    new Uint8Array(buffer, this.#mask, mask.length).set(mask);
    const reach = length * kernelUnit;
    for (const { base, vectors } of segments) {
      const { high, scales, lost, rows } = vectors;
      const [seen, out] = [this.#mask + base, this.#most + base * 4];
      const offset = sum * middle * kernelUnit;
      this.#kernel.most(high, scales, lost, seen, rows, this.#stride, this.#query, offset, reach, out);
    }
    const most = new Float32Array(buffer, this.#most, mask.length);
    const list = new Uint32Array(buffer, this.#list, mask.length);
    const scores = new Float32Array(buffer, this.#scores, mask.length);
    const slack = (2 * error * kernelUnit) / unit;

    const promising = new TopRows(wanted, before);
    promising.offerAll(most);
    const first = Uint32Array.from(promising.slots).sort();
    list.set(first);
    this.#score(segments, list, first.length);
    let floor = Number.NEGATIVE_INFINITY;
    if (first.length === wanted) {
      floor = scores.subarray(0, wanted).reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
      floor = lowered(floor, slack);
    }
    const listed = listFrom(most, floor, list);
    this.#score(segments, list, listed);

    const near = nearRows(scores.subarray(0, listed), new TopRows(wanted, (a, b) => a < b), slack);
    const top = new TopRows(wanted, before);
    let at = 0;
    for (const place of near.places) {
      if ((scores[place] as number) < near.floor) continue;
      const slot = list[place] as number;
      at = segmentFrom(segments, at, slot);
      const { base, vectors } = segments[at] as Placed;
      top.offer(slot, this.exact(query, vectors, slot - base));
    }
    return top.sorted();
  }

  /** Scores the first `count` slots of the list, which ascend, by all of their codes. */
  #score(segments: readonly Placed[], list: Uint32Array, count: number): void {
    let segment = 0;
    for (let from = 0; from < count; ) {
      segment = segmentFrom(segments, segment, list[from] as number);
      const { base, vectors } = segments[segment] as Placed;
      const { high, low, scales, rows } = vectors;
      let to = from + 1;
      while (to < count && (list[to] as number) < base + rows) to++;
      const [listAt, out] = [this.#list + from * 4, this.#scores + from * 4];
      this.#kernel.score(high, low, scales, listAt, to - from, base, this.#stride, this.#query, out);
      from = to;
    }
  }

  /**
   * Writes the query as 16-bit integers, as finely as the kernel's 32-bit sum allows. Returns the value of one
   * step, how far a score can be from the exact one, and the sum and length of what was written, in steps.
   */
  #round(query: Float32Array): { unit: number; error: number; sum: number; length: number } {
    let squares = 0;
    for (const component of query) squares += component * component;
    // |a · b| is at most |a| |b|; rounding lengthens the query by half a step a dimension at most.
    const longest = (2 ** 31 - 1) / (kernelUnit * 128 * Math.sqrt(this.#stride));
    const unit = Math.sqrt(squares) / Math.floor(longest - Math.sqrt(this.#stride));
    const rounded = new Int16Array(this.#arena.memory.buffer, this.#query, this.#stride);
    rounded.fill(0);
    let [sum, written, off] = [0, 0, 0];
    for (let at = 0; at < query.length; at++) {
      const value = Math.round((query[at] as number) / unit);
      rounded[at] = value;
      sum += value;
      written += value * value;
      off += ((query[at] as number) - value * unit) ** 2;
    }
    return { unit, error: Math.sqrt(off) * this.#longest, sum, length: Math.sqrt(written) };
  }
}

/** The segment that holds a slot, from segment `at` on. */
function segmentFrom(segments: readonly Placed[], at: number, slot: number): number {
  let found = at;
  while (slot >= (segments[found] as Placed).base + (segments[found] as Placed).vectors.rows) found += 1;
  return found;
}

/** Below a score by `slack`, and by what 32-bit floats round away. */
function lowered(score: number, slack: number): number {
  return score - slack - Math.abs(score) * 1e-6;
}

/** Writes the slots whose score is `floor` or more to `list`; returns how many. A loop by itself, as below. */
function listFrom(most: Float32Array, floor: number, list: Uint32Array): number {
  let count = 0;
  for (let slot = 0; slot < most.length; slot++) {
    const score = most[slot] as number;
    if (score < floor || score === Number.NEGATIVE_INFINITY) continue;
    list[count++] = slot;
  }
  return count;
}

/**
 * Places that were within `slack` of the last one wanted when they were met, few more than are within it in the end, and
 * the least score that is. A loop by itself: the runtime compiles it once, whatever is around it.
 */
function nearRows(scores: Float32Array, rough: TopRows, slack: number): { places: readonly number[]; floor: number } {
  const places: number[] = [];
  let threshold = Number.NEGATIVE_INFINITY;
  let floor = threshold;
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] as number;
    if (score < floor) continue;
    places.push(place);
    if (score <= threshold) continue;
    rough.offer(place, score);
    threshold = rough.threshold;
    floor = lowered(threshold, slack);
  }
  return { places, floor };
}
