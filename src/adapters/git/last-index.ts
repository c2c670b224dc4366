import type { Buffer } from "node:buffer";
import { type IndexEntry, parseIndex } from "./parse-git.ts";

/** Longest output of `git ls-files` that is kept, bytes: some 150,000 files. */
const longestKept = 16 * 1_048_576;
/** Bytes compared at once before the first that differs is looked for. */
const block = 65_536;

/**
 * What Git's index held when it was last read. What is the same is not parsed again, and keeps its entries: those who
 * use them can tell by identity.
 */
export class LastIndex {
  #output: Buffer | undefined;
  #entries: readonly IndexEntry[] = [];

  parse(output: Buffer): readonly IndexEntry[] {
    if (this.#output?.equals(output)) return this.#entries;
    const entries = this.#patched(output) ?? parseIndex(output);
    const kept = output.length <= longestKept;
    this.#output = kept ? output : undefined;
    this.#entries = kept ? entries : [];
    return entries;
  }

  /** The entries before and after what differs, and between them what is parsed anew. */
  #patched(output: Buffer): readonly IndexEntry[] | undefined {
    const former = this.#output;
    if (former === undefined) return undefined;
    const shared = Math.min(former.length, output.length);
    // To the start of the entry that the first differing byte lies in.
    const differs = sameFromStart(former, output, shared);
    const start = differs === 0 ? 0 : output.lastIndexOf(0, differs - 1) + 1;
    const sameTail = sameFromEnd(former, output, shared - start);
    const ending = sameTail === 0 ? -1 : output.indexOf(0, output.length - sameTail);
    const tail = ending < 0 ? 0 : output.length - ending - 1;
    const before = countEnds(output.subarray(0, start));
    const replaced = countEnds(former.subarray(start, former.length - tail));
    const after = countEnds(output.subarray(output.length - tail));
    // A conflict gives a path several lines and one entry: then lines can't be counted for entries.
    if (before + replaced + after !== this.#entries.length) return undefined;
    const between = parseIndex(output.subarray(start, output.length - tail));
    if (between.some(({ unmerged }) => unmerged)) return undefined;
    return [...this.#entries.slice(0, before), ...between, ...this.#entries.slice(before + replaced)];
  }
}

function sameFromStart(a: Buffer, b: Buffer, most: number): number {
  let at = 0;
  while (at < most) {
    const end = Math.min(most, at + block);
    if (!a.subarray(at, end).equals(b.subarray(at, end))) break;
    at = end;
  }
  while (at < most && a[at] === b[at]) at += 1;
  return at;
}

function sameFromEnd(a: Buffer, b: Buffer, most: number): number {
  let length = 0;
  while (length < most) {
    const next = Math.min(most, length + block);
    const [endA, endB] = [a.length - length, b.length - length];
    if (!a.subarray(a.length - next, endA).equals(b.subarray(b.length - next, endB))) break;
    length = next;
  }
  while (length < most && a[a.length - length - 1] === b[b.length - length - 1]) length += 1;
  return length;
}

/** How many entries end in these bytes. */
function countEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) count += 1;
  return count;
}
