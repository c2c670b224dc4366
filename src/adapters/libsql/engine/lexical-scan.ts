import { Buffer } from "node:buffer";
import { type LexicalTuning, lexicalFields, type QueryTerm } from "../../../ports/mod.ts";
import { findTerm, type LoadedSegment } from "./loaded-segment.ts";
import { countPostings, type Norms, PostingReader } from "./posting-reader.ts";
import { KnownHits, type TermHits } from "./term-hits.ts";
import type { Visible } from "./visibility.ts";

export interface LexicalScores {
  /** By slot; 0 where no term of weight stands. Valid until the next scan. */
  readonly scores: Float64Array;
  /** Slots where a term of weight stands, each once. Valid until the next scan. */
  readonly matched: Uint32Array;
  readonly documentFrequency: readonly number[];
}

/** Document frequencies remembered; a number and a word each. */
const frequenciesKept = 50_000;

/**
 * BM25F (Robertson, Zaragoza and Taylor 2004; Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework:
 * BM25 and Beyond", 3.6): a term's counts are normalised by each field's length and weighed, added over the
 * fields, and saturated once: f = Σ w·tf / (1 − b + b·length/average); score = Σ idf · f / (k1 + f).
 * The inverse document frequency is ln(1 + (N − df + ½) / (df + ½)), which stays above zero.
 * Every posting of every term of weight is read, or known from a query before: exact, and fast enough (see
 * docs/decisions/0003). A term without weight is only counted.
 */
export class LexicalScan {
  #scores = new Float64Array(0);
  /** By slot: 1 where a term of weight stands. */
  #met = new Uint8Array(0);
  /** Those slots; more than `#matches` lie there from scans before. */
  #slots = new Uint32Array(0);
  #matches = 0;
  readonly #reader = new PostingReader();
  readonly #known = new KnownHits();
  readonly #frequencies = new Map<string, number>();

  get bytes(): number {
    const own = this.#scores.byteLength + this.#met.byteLength + this.#slots.byteLength;
    return own + this.#reader.bytes + this.#known.bytes;
  }

  /** What rows are, or which are seen, changed. */
  forget(): void {
    this.#known.forget();
    this.#frequencies.clear();
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
    const norms: Norms = {
      k1: tuning.k1,
      weights: Float64Array.from(fields, (field) => field.weight),
      bs: Float64Array.from(fields, (field) => field.b),
      averages: visible.averageLengths,
    };
    const prefix = `${visible.id} ${norms.k1} ${norms.weights} ${norms.bs} `;
    let ready = false;
    const decode = (term: string): TermHits => {
      if (!ready) this.#reader.use(norms);
      ready = true;
      return this.#decode(term, segments, visible);
    };
    const documentFrequency = terms.map(({ term, weight }) => {
      if (!(weight > 0)) return this.#count(term, segments, visible);
      const key = prefix + term;
      let hits = this.#known.get(key);
      if (hits === undefined) {
        hits = decode(term);
        this.#known.keep(key, hits.slots, hits.values, mask.length);
      }
      const frequency = hits.slots.length;
      this.#add(hits, weight * idf(visible.documents, frequency), mask === visible.mask ? undefined : mask);
      return frequency;
    });
    return { scores: this.#scores, matched: this.#slots.subarray(0, this.#matches), documentFrequency };
  }

  #clear(slots: number): void {
    this.#matches = 0;
    if (this.#scores.length === slots) {
      this.#scores.fill(0);
      this.#met.fill(0);
      return;
    }
    this.#scores = new Float64Array(slots);
    this.#met = new Uint8Array(slots);
    // One place more: what was met before is written behind the last, too.
    this.#slots = new Uint32Array(slots + 1);
    this.#reader.reserve(slots);
  }

  /** Valid until the next. */
  #decode(term: string, segments: readonly LoadedSegment[], visible: Visible): TermHits {
    let hits = 0;
    const bytes = Buffer.from(term);
    for (const segment of segments) {
      const number = findTerm(segment.parts, bytes);
      if (number < 0) continue;
      const [start, end] = postingsOf(segment, number);
      hits = this.#reader.read(segment, start, end, visible.mask, hits);
    }
    return { slots: this.#reader.slots.subarray(0, hits), values: this.#reader.values.subarray(0, hits) };
  }

  #count(term: string, segments: readonly LoadedSegment[], visible: Visible): number {
    const key = `${visible.id} ${term}`;
    const known = this.#frequencies.get(key);
    if (known !== undefined) return known;
    const bytes = Buffer.from(term);
    let frequency = 0;
    for (const [at, segment] of segments.entries()) {
      const shown = visible.shown[at] as number;
      const number = shown === 0 ? -1 : findTerm(segment.parts, bytes);
      if (number < 0) continue;
      const [start, end] = postingsOf(segment, number);
      // The stored frequency counts all rows of the segment.
      const whole = shown === segment.parts.documents;
      frequency += whole
        ? (segment.parts.frequencies[number] as number)
        : countPostings(segment, start, end, visible.mask);
    }
    if (this.#frequencies.size >= frequenciesKept) this.#frequencies.clear();
    this.#frequencies.set(key, frequency);
    return frequency;
  }

  #add({ slots, values }: TermHits, by: number, mask: Uint8Array | undefined): void {
    const scores = this.#scores;
    const met = this.#met;
    const matched = this.#slots;
    let matches = this.#matches;
    for (let hit = 0; hit < slots.length; hit++) {
      const slot = slots[hit] as number;
      if (mask !== undefined && mask[slot] === 0) continue;
      // Written always, counted once: whether a slot was met before is a coin's toss to the processor.
      matched[matches] = slot;
      matches += 1 - (met[slot] as number);
      met[slot] = 1;
      scores[slot] = (scores[slot] as number) + by * (values[hit] as number);
    }
    this.#matches = matches;
  }
}

function postingsOf({ parts }: LoadedSegment, number: number): [start: number, end: number] {
  return [number === 0 ? 0 : (parts.postingEnds[number - 1] as number), parts.postingEnds[number] as number];
}

function idf(documents: number, frequency: number): number {
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
}
