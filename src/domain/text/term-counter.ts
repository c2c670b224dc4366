import { asciiClass, classOf, classOfAstral, hyphen, separator, single, underscore } from "./character-class.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Longer runs are data (base64, minified tables), not words: skipped without being looked at twice. */
const longestRun = 256;

/** Counts the terms of one document, field by field. Reused: `begin`, `add` for each text, then the results. */
export class TermCounter {
  readonly #fields: number;
  readonly #vocabulary = new Vocabulary();
  /** 1 + index in this document of a term number; 0 when not met. */
  #localOf = new Int32Array(1 << 12);
  #met: Int32Array = new Int32Array(1 << 10);
  #counts: Uint16Array;
  #size = 0;
  readonly #lengths: Uint32Array;

  constructor(fields: number) {
    this.#fields = fields;
    this.#counts = new Uint16Array(fields << 10);
    this.#lengths = new Uint32Array(fields);
  }

  begin(): void {
    for (let local = 0; local < this.#size; local++) this.#localOf[this.#met[local] as number] = 0;
    this.#counts.fill(0, 0, this.#size * this.#fields);
    this.#size = 0;
    this.#lengths.fill(0);
    this.#vocabulary.trim();
  }

  /** Terms met, in the order of their first appearance. */
  terms(): string[] {
    const terms: string[] = new Array(this.#size);
    for (let local = 0; local < this.#size; local++) {
      terms[local] = this.#vocabulary.termText(this.#met[local] as number);
    }
    return terms;
  }

  /** Occurrences, `fields` numbers a term; 65,535 stands for more. */
  counts(): Uint16Array {
    return this.#counts.slice(0, this.#size * this.#fields);
  }

  /** Occurrences of all terms, by field. */
  lengths(): Uint32Array {
    return this.#lengths.slice();
  }

  /** Scans `[from, to)` of a text into a field. */
  add(text: string, field: number, from = 0, to = text.length): void {
    let at = from;
    while (at < to) {
      let unit = text.charCodeAt(at);
      let kind = unit < 128 ? (asciiClass[unit] as number) : this.#wide(text, at, unit);
      if (kind === separator || kind === hyphen) {
        at += 1;
        continue;
      }
      const start = at;
      if (kind === single) {
        at += unit >= 0xd800 && unit <= 0xdbff ? 2 : 1;
        this.#word(text, start, at, Math.imul(text.codePointAt(start) as number, 0x9e3779b1), field);
        continue;
      }
      let hash = 0;
      for (;;) {
        hash = Math.imul(hash ^ unit, 0x01000193);
        at += 1;
        if (unit >= 0xd800 && unit <= 0xdbff) {
          hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
          at += 1;
        }
        if (at >= to) break;
        const before = kind;
        unit = text.charCodeAt(at);
        kind = unit < 128 ? (asciiClass[unit] as number) : this.#wide(text, at, unit);
        if (kind === separator || kind === single) break;
        if (kind === hyphen && !this.#joins(text, at, to, before)) break;
      }
      if (at - start <= longestRun) this.#word(text, start, at, hash ^ (hash >>> 15), field);
    }
  }

  /** Whether the hyphen at `at` joins two words (kebab-case), and is not a minus or a dash. */
  #joins(text: string, at: number, to: number, before: number): boolean {
    if (before === underscore || before === hyphen || at + 1 >= to) return false;
    const next = classOf(text.charCodeAt(at + 1));
    return next === 1 || next === 2 || next === 6;
  }

  #wide(text: string, at: number, unit: number): number {
    if (unit < 0xd800 || unit > 0xdbff) return classOf(unit);
    const point = text.codePointAt(at) as number;
    return point > 0xffff ? classOfAstral(point) : separator;
  }

  #word(text: string, start: number, end: number, hash: number, field: number): void {
    const vocabulary = this.#vocabulary;
    vocabulary.find(text, start, end, hash);
    const { numbers, to } = vocabulary;
    for (let at = vocabulary.from; at < to; at++) this.#count(numbers[at] as number, field);
  }

  #count(term: number, field: number): void {
    if (term >= this.#localOf.length) this.#localOf = grown(this.#localOf, term);
    let local = (this.#localOf[term] as number) - 1;
    if (local < 0) {
      local = this.#size++;
      if (local >= this.#met.length) {
        this.#met = grown(this.#met, local);
        const counts = new Uint16Array(this.#met.length * this.#fields);
        counts.set(this.#counts);
        this.#counts = counts;
      }
      this.#met[local] = term;
      this.#localOf[term] = local + 1;
    }
    const at = local * this.#fields + field;
    const count = this.#counts[at] as number;
    if (count < 65_535) this.#counts[at] = count + 1;
    this.#lengths[field] = (this.#lengths[field] as number) + 1;
  }
}

function grown(array: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(Math.max(array.length * 2, index + 1));
  wider.set(array);
  return wider;
}
