import { fieldCount } from "../../../domain/text/mod.ts";
import type { LoadedSegment } from "./loaded-segment.ts";

/** Lengths up to this have their factor in a table; longer ones are divided each time. */
const tableSize = 2048;

/** BM25F parameters and the average lengths they are held against, by field. */
export interface Norms {
  readonly k1: number;
  readonly weights: Float64Array;
  readonly bs: Float64Array;
  readonly averages: Float64Array;
}

/** Decodes posting lists; see `writePosting` for their form. */
export class PostingReader {
  readonly #factors = new Float64Array(tableSize * fieldCount);
  #norms: Norms | undefined;
  /** What `read` found: visible slots that hold the term, and the saturated value of each. */
  slots = new Uint32Array(0);
  values = new Float64Array(0);

  get bytes(): number {
    return this.slots.byteLength + this.values.byteLength;
  }

  /** Room for as many slots as there are. */
  reserve(slots: number): void {
    if (this.slots.length === slots) return;
    this.slots = new Uint32Array(slots);
    this.values = new Float64Array(slots);
  }

  use(norms: Norms): void {
    this.#norms = norms;
    for (let field = 0; field < fieldCount; field++) {
      for (let length = 0; length < tableSize; length++) {
        this.#factors[field * tableSize + length] = factor(norms, field, length);
      }
    }
  }

  /** Reads one list behind the first `hitsBefore` finds. Returns how many there are then. */
  read(segment: LoadedSegment, start: number, end: number, visible: Uint8Array, hitsBefore: number): number {
    const norms = this.#norms as Norms;
    const { k1 } = norms;
    const { postings, lengths } = segment.parts;
    const { base } = segment;
    const factors = this.#factors;
    const { slots, values } = this;
    let hits = hitsBefore;
    let slot = base - 1;
    let at = start;
    while (at < end) {
      let byte = postings[at++] as number;
      let distance = byte & 127;
      for (let shift = 7; byte >= 128; shift += 7) {
        byte = postings[at++] as number;
        distance |= (byte & 127) << shift;
      }
      slot += distance;
      const lengthAt = (slot - base) * fieldCount;
      const shape = postings[at++] as number;
      let sum = 0;
      if ((shape & 1) !== 0) {
        let count = shape >> 5;
        if (count === 0) {
          byte = postings[at++] as number;
          count = byte & 127;
          for (let shift = 7; byte >= 128; shift += 7) {
            byte = postings[at++] as number;
            count |= (byte & 127) << shift;
          }
        }
        const length = lengths[lengthAt] as number;
        sum = count * (length < tableSize ? (factors[length] as number) : factor(norms, 0, length));
      }
      for (let rest = shape & 30, field = 1; rest >= 1 << field; field++) {
        if ((rest & (1 << field)) === 0) continue;
        byte = postings[at++] as number;
        let count = byte & 127;
        for (let shift = 7; byte >= 128; shift += 7) {
          byte = postings[at++] as number;
          count |= (byte & 127) << shift;
        }
        const length = lengths[lengthAt + field] as number;
        sum +=
          count * (length < tableSize ? (factors[field * tableSize + length] as number) : factor(norms, field, length));
      }
      if (visible[slot] === 0) continue;
      slots[hits] = slot;
      values[hits++] = sum > 0 ? sum / (k1 + sum) : 0;
    }
    return hits;
  }
}

/** How many visible rows a list names. */
export function countPostings(segment: LoadedSegment, start: number, end: number, visible: Uint8Array): number {
  const { postings } = segment.parts;
  let count = 0;
  let slot = segment.base - 1;
  let at = start;
  while (at < end) {
    let byte = postings[at++] as number;
    let distance = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = postings[at++] as number;
      distance |= (byte & 127) << shift;
    }
    slot += distance;
    const shape = postings[at++] as number;
    // A body's count in a varint of its own, then one for each other field.
    let varints = (shape & 1) !== 0 && shape >> 5 === 0 ? 1 : 0;
    for (let rest = (shape & 30) >> 1; rest !== 0; rest >>= 1) varints += rest & 1;
    for (; varints > 0; varints--) while ((postings[at++] as number) >= 128);
    count += visible[slot] as number;
  }
  return count;
}

function factor({ weights, bs, averages }: Norms, field: number, length: number): number {
  const [weight, b, average] = [weights[field] as number, bs[field] as number, averages[field] as number];
  return average === 0 ? weight : weight / (1 - b + (b * length) / average);
}
