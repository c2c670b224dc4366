import { Buffer } from "node:buffer";
import { fieldCount } from "../../../domain/text/mod.ts";
import { type LexicalTuning, lexicalFields, type QueryTerm } from "../../../ports/mod.ts";
import { findTerm, type LoadedSegment } from "./loaded-segment.ts";
import type { Visible } from "./visibility.ts";

export interface LexicalScores {
  /** By slot; 0 where no term of weight stands. Valid until the next scan. */
  readonly scores: Float64Array;
  /** Slots that a term of weight matches, each once. */
  readonly matched: Uint32Array;
  readonly documentFrequency: readonly number[];
}

/** Lengths up to this have their factor in a table; longer ones are divided each time. */
const tableSize = 2048;

/**
 * BM25F (Robertson, Zaragoza and Taylor 2004; Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework:
 * BM25 and Beyond", 3.6): a term's counts are normalised by each field's length and weighed, added over the
 * fields, and saturated once: f = Σ w·tf / (1 − b + b·length/average); score = Σ idf · f / (k1 + f).
 * The inverse document frequency is ln(1 + (N − df + ½) / (df + ½)), which stays above zero.
 * Every posting of every term is read: exact, and fast enough (see docs/decisions/0003).
 */
export class LexicalScan {
  #scores = new Float64Array(0);
  #matched = new Uint32Array(0);
  #size = 0;
  #isMatched = new Uint8Array(0);
  #hits = new Uint32Array(0);
  #values = new Float64Array(0);
  readonly #factors = new Float64Array(tableSize * fieldCount);

  get bytes(): number {
    return this.#scores.byteLength * 2 + this.#hits.byteLength * 2 + this.#isMatched.byteLength;
  }

  run(
    terms: readonly QueryTerm[],
    tuning: LexicalTuning,
    segments: readonly LoadedSegment[],
    visible: Visible,
    mask: Uint8Array,
  ): LexicalScores {
    this.#clear(mask.length);
    const fields = lexicalFields.map((name) => tuning.fields[name]);
    const weights = Float64Array.from(fields, (field) => field.weight);
    const bs = Float64Array.from(fields, (field) => field.b);
    const averages = visible.averageLengths;
    this.#fillFactors(weights, bs, averages);
    const documentFrequency = terms.map(({ term, weight }) => {
      const bytes = Buffer.from(term);
      let frequency = 0;
      let hits = 0;
      for (const segment of segments) {
        const number = findTerm(segment.parts, bytes);
        if (number < 0) continue;
        const start = number === 0 ? 0 : (segment.parts.postingEnds[number - 1] as number);
        const end = segment.parts.postingEnds[number] as number;
        const counted = this.#traverse(segment, start, end, visible.mask, mask, hits, tuning.k1, weights, bs, averages);
        frequency += counted.frequency;
        hits = counted.hits;
      }
      if (weight > 0) this.#add(hits, weight * idf(visible.documents, frequency));
      return frequency;
    });
    return { scores: this.#scores, matched: this.#matched.subarray(0, this.#size), documentFrequency };
  }

  #clear(slots: number): void {
    if (this.#scores.length !== slots) {
      this.#scores = new Float64Array(slots);
      this.#matched = new Uint32Array(slots);
      this.#isMatched = new Uint8Array(slots);
      this.#hits = new Uint32Array(slots);
      this.#values = new Float64Array(slots);
    } else {
      for (let at = 0; at < this.#size; at++) {
        const slot = this.#matched[at] as number;
        this.#scores[slot] = 0;
        this.#isMatched[slot] = 0;
      }
    }
    this.#size = 0;
  }

  #fillFactors(weights: Float64Array, bs: Float64Array, averages: Float64Array): void {
    for (let field = 0; field < fieldCount; field++) {
      const [weight, b, average] = [weights[field] as number, bs[field] as number, averages[field] as number];
      for (let length = 0; length < tableSize; length++) {
        this.#factors[field * tableSize + length] = factor(weight, b, length, average);
      }
    }
  }

  /** Reads one posting list: how many visible rows hold the term, and the saturated value of each filtered one. */
  #traverse(
    segment: LoadedSegment,
    start: number,
    end: number,
    visible: Uint8Array,
    mask: Uint8Array,
    hitsBefore: number,
    k1: number,
    weights: Float64Array,
    bs: Float64Array,
    averages: Float64Array,
  ): { frequency: number; hits: number } {
    const { postings, lengths } = segment.parts;
    const factors = this.#factors;
    const hitSlots = this.#hits;
    const hitValues = this.#values;
    let hits = hitsBefore;
    let frequency = 0;
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
      const lengthAt = (slot - segment.base) * fieldCount;
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
        sum =
          length < tableSize
            ? count * (factors[length] as number)
            : count * factor(weights[0] as number, bs[0] as number, length, averages[0] as number);
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
          length < tableSize
            ? count * (factors[field * tableSize + length] as number)
            : count * factor(weights[field] as number, bs[field] as number, length, averages[field] as number);
      }
      if (visible[slot] === 0) continue;
      frequency += 1;
      if (mask[slot] === 0) continue;
      hitSlots[hits] = slot;
      hitValues[hits++] = sum > 0 ? sum / (k1 + sum) : 0;
    }
    return { frequency, hits };
  }

  #add(hits: number, by: number): void {
    for (let hit = 0; hit < hits; hit++) {
      const slot = this.#hits[hit] as number;
      if (this.#isMatched[slot] === 0) {
        this.#isMatched[slot] = 1;
        this.#matched[this.#size++] = slot;
      }
      this.#scores[slot] = (this.#scores[slot] as number) + by * (this.#values[hit] as number);
    }
  }
}

function idf(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}

function factor(weight: number, b: number, length: number, average: number): number {
  return average === 0 ? weight : weight / (1 - b + (b * length) / average);
}
