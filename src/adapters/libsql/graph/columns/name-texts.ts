import { Buffer } from "node:buffer";
import { nameText } from "../../../../domain/graph/mod.ts";
import { Column } from "./column.ts";
import { toPool } from "./pool-text.ts";
import { TextPool } from "./text-pool.ts";

/** A word as it stands in the texts when it begins one of theirs. */
export type Needle = Buffer;

export function needle(word: string): Needle {
  return Buffer.from(`\n${toPool(word)}`, "utf8");
}

/**
 * The words of nodes' names (`nameText`) in one pool, by the node's number: a search for a word is one scan of bytes,
 * some ten million nodes a second where few match.
 */
export class NameTexts {
  count = 0;
  readonly #pool = new TextPool();
  readonly #ends = new Column(Int32Array);

  reserve(count: number): void {
    this.#ends.reach(count);
  }

  add(name: string, qualifiedName: string): void {
    this.#pool.append(beginnings(name.toLowerCase().replaceAll("\n", " "), nameText(name, qualifiedName)));
    this.#close();
  }

  /** Takes over the text of another table. */
  copy(from: NameTexts, at: number): void {
    this.#pool.copy(from.#pool, from.#start(at), from.#ends.values[at]!);
    this.#close();
  }

  /** The name, in lower case. */
  name(at: number): string {
    const [, name = ""] = this.#pool.read(this.#start(at), this.#ends.values[at]!).split("\n", 2);
    return name;
  }

  /** Marks the nodes that have a word with this beginning. */
  mark(word: Needle, marks: Uint8Array): void {
    const bytes = this.#pool.bytes.subarray(0, this.#pool.end);
    for (let found = bytes.indexOf(word); found >= 0; ) {
      const at = this.#at(found);
      marks[at] = 1;
      found = bytes.indexOf(word, this.#ends.values[at]!);
    }
  }

  has(at: number, word: Needle): boolean {
    const { bytes } = this.#pool;
    const last = this.#ends.values[at]! - word.length;
    for (let from = this.#start(at); from <= last; from++) {
      let same = 0;
      while (same < word.length && bytes[from + same] === word[same]) same++;
      if (same === word.length) return true;
    }
    return false;
  }

  #close(): void {
    this.#ends.reach(this.count + 1);
    this.#ends.values[this.count++] = this.#pool.end;
  }

  #start(at: number): number {
    return at === 0 ? 0 : this.#ends.values[at - 1]!;
  }

  /** The node in whose text a byte lies. */
  #at(byte: number): number {
    const ends = this.#ends.values;
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The whole name, then its other words, without those that another one begins with: they find nothing more. */
function beginnings(name: string, text: string): string {
  const words = [name, ...text.split("\n")];
  let kept = `\n${name}`;
  for (let at = 1; at < words.length; at++) if (!isCovered(words, at)) kept += `\n${words[at]}`;
  return kept;
}

/** Whether another word begins with one, or is it and stands before it. */
function isCovered(words: readonly string[], at: number): boolean {
  const word = words[at]!;
  for (let other = 0; other < words.length; other++)
    if (other !== at && words[other]!.startsWith(word) && (other < at || words[other] !== word)) return true;
  return false;
}
