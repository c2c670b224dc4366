import { termsOfWord } from "./terms-of-word.ts";

/** Words remembered: about 20 MB. Beyond it, all is forgotten and learnt anew (a repository repeats itself). */
const mostWords = 100_000;
const slotBits = 18;
/** A longer search means crafted collisions: the word is then analysed without being remembered. */
const mostProbes = 32;

/** Remembers which terms a word gives, so that each word is split and stemmed once. Found without a substring. */
export class Vocabulary {
  /** 1 + word number, by hash; 0 for free. */
  #slots = new Int32Array(1 << slotBits);
  #words: string[] = [];
  #termsOfWords: Int32Array[] = [];
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
    this.#termsOfWords = [];
    this.#terms = [];
    this.#termNumbers = new Map();
  }

  /** Term numbers of the word `[start, end)`. `hash` is any function of its units. */
  termsAt(text: string, start: number, end: number, hash: number): Int32Array {
    const mask = (1 << slotBits) - 1;
    const length = end - start;
    let slot = hash & mask;
    for (let probe = 0; probe < mostProbes; probe++) {
      const number = this.#slots[slot] as number;
      if (number === 0) return this.#learn(text.slice(start, end), slot);
      const word = this.#words[number - 1] as string;
      if (word.length === length) {
        let at = 0;
        while (at < length && word.charCodeAt(at) === text.charCodeAt(start + at)) at++;
        if (at === length) return this.#termsOfWords[number - 1] as Int32Array;
      }
      slot = (slot + 1) & mask;
    }
    return this.#analyse(text.slice(start, end));
  }

  #learn(word: string, slot: number): Int32Array {
    const terms = this.#analyse(word);
    // A single text may hold more words than fit: the rest is analysed each time.
    if (this.#words.length < mostWords * 2) {
      this.#slots[slot] = this.#words.push(detached(word));
      this.#termsOfWords.push(terms);
    }
    return terms;
  }

  #analyse(word: string): Int32Array {
    const terms = termsOfWord(word);
    const numbers = new Int32Array(terms.length);
    for (let index = 0; index < terms.length; index++) numbers[index] = this.#number(terms[index] as string);
    return numbers;
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
