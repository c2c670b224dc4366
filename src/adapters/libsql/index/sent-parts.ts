/** Answers that may still be told of as taken; older ones were aborted. */
const mostUntold = 64;

/** Which rows and files the asker has been told of; see `WireQuery`. */
export class SentParts {
  #memory = 0;
  #last = 0;
  readonly #held = new Set<number>();
  /** By answer, what it told of. */
  readonly #sent = new Map<number, readonly number[]>();

  /** What was told is no longer true: a dropped row's number may be given to another. */
  forget(): void {
    this.#held.clear();
    this.#sent.clear();
  }

  hear(memory: number, taken: readonly number[]): void {
    if (memory !== this.#memory) this.forget();
    this.#memory = memory;
    for (const answer of taken) {
      for (const part of this.#sent.get(answer) ?? []) this.#held.add(part);
      this.#sent.delete(answer);
    }
  }

  has(part: number): boolean {
    return this.#held.has(part);
  }

  /** Numbers an answer that tells of these. */
  answer(parts: readonly number[]): number {
    this.#last += 1;
    this.#sent.set(this.#last, parts);
    for (const oldest of this.#sent.keys()) {
      if (this.#sent.size <= mostUntold) break;
      this.#sent.delete(oldest);
    }
    return this.#last;
  }
}
