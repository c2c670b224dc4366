import type { ScanKernel } from "./scan-kernel.ts";

/** Rows scored by themselves; their places are byte offsets into the memory. */
export interface ScanPiece {
  readonly codes: number;
  readonly scales: number;
  readonly mask: number;
  readonly rows: number;
  readonly out: number;
}

/** Words of the control block, 32 bits each. */
const [claim, total, done, begun, stop, dimensions, query, pieces] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const wordsAPiece = 5;
/** Of a claim's 32 bits, those that say which piece is next; the others say of which scan. */
const pieceBits = 12;
export const mostPieces = 2 ** pieceBits - 1;
export const controlBytes = 4 * (pieces + wordsAPiece * mostPieces);
/** A piece takes a tenth of a millisecond; whoever has one for that long will not come back. */
const longestPieceMs = 30_000;

/**
 * A scan in pieces, which two threads take as they come to it: the one that searches lets another begin, has its own
 * work done meanwhile, and then takes what is left. Nothing waits for a thread that has no piece in hand, so that one
 * which gets no processor costs nothing. All of it lies in the memory that both share.
 */
export class SharedScan {
  readonly #words: Int32Array;
  readonly #scan: ScanKernel;
  #number = 0;
  #open = false;

  /** @param at where the control block's bytes, zeros, lie in the memory */
  constructor(memory: WebAssembly.Memory, at: number, scan: ScanKernel) {
    this.#words = controlWords(memory, at);
    this.#scan = scan;
  }

  /** @param wake whether it is so much that the other thread shall help */
  begin(list: readonly ScanPiece[], size: number, queryAt: number, wake: boolean): void {
    if (list.length > mostPieces) throw new RangeError(`${list.length} pieces are more than ${mostPieces}`);
    this.finish();
    const words = this.#words;
    this.#number += 1;
    // Closed while it is written: nobody claims a piece of the scan before by the numbers of this one.
    Atomics.store(words, claim, (this.#number << pieceBits) | mostPieces);
    list.forEach(({ codes, scales, mask, rows, out }, index) => {
      words.set([codes, scales, mask, rows, out], pieces + index * wordsAPiece);
    });
    words[dimensions] = size;
    words[query] = queryAt;
    Atomics.store(words, total, list.length);
    Atomics.store(words, done, 0);
    Atomics.store(words, claim, this.#number << pieceBits);
    this.#open = true;
    if (!wake) return;
    Atomics.add(words, begun, 1);
    Atomics.notify(words, begun);
  }

  /** Whether pieces are done that the beginning thread has not done: before it finishes, all are the other's. */
  get helped(): boolean {
    return this.#open && Atomics.load(this.#words, done) > 0;
  }

  /** Takes what is left, and waits for what is in the other's hands. */
  finish(): void {
    if (!this.#open) return;
    const words = this.#words;
    takePieces(words, this.#scan);
    for (let ready = Atomics.load(words, done); ready < Atomics.load(words, total); ready = Atomics.load(words, done)) {
      if (Atomics.wait(words, done, ready, longestPieceMs) === "timed-out")
        throw new Error("the thread that helps to scan vectors does not answer: restart the gateway");
    }
    this.#open = false;
  }

  /** The helping thread ends. */
  stop(): void {
    Atomics.store(this.#words, stop, 1);
    Atomics.add(this.#words, begun, 1);
    Atomics.notify(this.#words, begun);
  }
}

/** What the helping thread does, until the other stops it. */
export function helpScans(memory: WebAssembly.Memory, at: number, scan: ScanKernel): void {
  const words = controlWords(memory, at);
  for (let seen = 0; Atomics.load(words, stop) === 0; ) {
    Atomics.wait(words, begun, seen);
    seen = Atomics.load(words, begun);
    takePieces(words, scan);
  }
}

function controlWords(memory: WebAssembly.Memory, at: number): Int32Array {
  return new Int32Array(memory.buffer, at, controlBytes / 4);
}

function takePieces(words: Int32Array, scan: ScanKernel): void {
  for (;;) {
    const next = Atomics.load(words, claim);
    const index = next & mostPieces;
    if (index >= Atomics.load(words, total)) return;
    if (Atomics.compareExchange(words, claim, next, next + 1) !== next) continue;
    const from = pieces + index * wordsAPiece;
    const [codes = 0, scales = 0, mask = 0, rows = 0, out = 0] = words.subarray(from, from + wordsAPiece);
    scan(codes, scales, mask, rows, words[dimensions] as number, words[query] as number, out);
    Atomics.add(words, done, 1);
    Atomics.notify(words, done);
  }
}
