import { termsOfWord } from "./terms-of-word.ts";

/** Words remembered: about 10 MB. Beyond it, all is forgotten and learnt anew (a repository repeats itself). */
const mostWords = 60_000;
const slotBits = 18;
/** A longer search means crafted collisions: the word is then analysed without being remembered. */
const mostProbes = 32;

/** Remembers which terms a word gives, so that each word is split and stemmed once. Found without a substring. */
export class Vocabulary {
  /** After `find`: the word's term numbers are `numbers[from]` up to `numbers[to - 1]`. */
  numbers = new Int32Array(0);
  from = 0;
  to = 0;
  /** 1 + word number, by hash; 0 for free. */
  #slots = new Int32Array(1 << slotBits);
  #words: string[] = [];
  /** Term numbers of the words, one word after another: an array for each took three times the room. */
  #remembered = new Int32Array(mostWords);
  /** Where the terms of word `n` begin; those of the next word begin where they end. */
  readonly #begins = new Int32Array(mostWords * 2 + 1);
  #terms: string[] = [];
  #termNumbers = new Map<string, number>();

  termText(term: number): string {
    return this.#terms[term] as string;
  }

  /** Forgets when full. Term numbers given before are void. */
  trim(): void {
    if (this.#words.length < mostWords && this.#terms.length < mostWords * 3) return;
    this.#slots.fill(0);
    this.#words = [];
    this.#terms = [];
    this.#termNumbers = new Map();
  }

  /** Looks the word `[start, end)` up, or learns it. `hash` is any function of its units. */
  find(text: string, start: number, end: number, hash: number): void {
    const mask = (1 << slotBits) - 1;
    const length = end - start;
    let slot = hash & mask;
    for (let probe = 0; probe < mostProbes; probe++) {
      const number = this.#slots[slot] as number;
      if (number === 0) {
        this.#learn(text.slice(start, end), slot);
        return;
      }
      const word = this.#words[number - 1] as string;
      if (word.length === length) {
        let at = 0;
        while (at < length && word.charCodeAt(at) === text.charCodeAt(start + at)) at++;
        if (at === length) {
          this.#show(this.#remembered, this.#begins[number - 1] as number, this.#begins[number] as number);
          return;
        }
      }
      slot = (slot + 1) & mask;
    }
    this.#analyse(text.slice(start, end));
  }

  #show(numbers: Int32Array<ArrayBuffer>, from: number, to: number): void {
    this.numbers = numbers;
    this.from = from;
    this.to = to;
  }

  #learn(word: string, slot: number): void {
    this.#analyse(word);
    // A single text may hold more words than fit: the rest is analysed each time.
    const number = this.#words.length;
    if (number >= mostWords * 2) return;
    const begin = this.#begins[number] as number;
    if (begin + this.to > this.#remembered.length) this.#remembered = doubled(this.#remembered);
    this.#remembered.set(this.numbers, begin);
    this.#begins[number + 1] = begin + this.to;
    this.#slots[slot] = this.#words.push(detached(word));
  }

  #analyse(word: string): void {
    const terms = termsOfWord(word);
    const numbers = new Int32Array(terms.length);
    for (let index = 0; index < terms.length; index++) numbers[index] = this.#number(terms[index] as string);
    this.#show(numbers, 0, numbers.length);
  }

  #number(term: string): number {
    let number = this.#termNumbers.get(term);
    if (number === undefined) {
      number = this.#terms.push(term) - 1;
      this.#termNumbers.set(term, number);
    }
    return number;
  }
}

/** A substring may keep the whole text it was cut from alive; this copy does not. */
function detached(word: string): string {
  return word.length < 13 ? word : word.split("").join("");
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2);
  wider.set(array);
  return wider;
}
