/** Whether slot `a` comes before slot `b` when their scores are equal. */
export type TieOrder = (a: number, b: number) => boolean;

/** The best `capacity` slots by score, then by tie key (ascending): a binary heap with the worst on top. */
export class TopRows {
  readonly #capacity: number;
  readonly #before: TieOrder;
  readonly #slots: number[] = [];
  readonly #scores: number[] = [];

  constructor(capacity: number, before: TieOrder) {
    this.#capacity = capacity;
    this.#before = before;
  }

  /** Scores below it can't enter. */
  get threshold(): number {
    if (this.#capacity === 0) return Number.POSITIVE_INFINITY;
    return this.#slots.length < this.#capacity ? Number.NEGATIVE_INFINITY : (this.#scores[0] as number);
  }

  offer(slot: number, score: number): void {
    if (this.#slots.length < this.#capacity) {
      this.#slots.push(slot);
      this.#scores.push(score);
      this.#rise(this.#slots.length - 1);
    } else if (this.#capacity > 0 && this.#worse(this.#slots[0] as number, this.#scores[0] as number, slot, score)) {
      this.#slots[0] = slot;
      this.#scores[0] = score;
      this.#sink();
    }
  }

  /** Offers slots with their scores, given by slot. Returns the highest of these, at least 0. */
  offerEach(slots: Uint32Array, scores: Float64Array): number {
    let highest = 0;
    let threshold = this.threshold;
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at] as number;
      const score = scores[slot] as number;
      if (score > highest) highest = score;
      if (score < threshold) continue;
      this.offer(slot, score);
      threshold = this.threshold;
    }
    return highest;
  }

  /** Best first. */
  sorted(): { readonly slot: number; readonly score: number }[] {
    const rows = this.#slots.map((slot, index) => ({ slot, score: this.#scores[index] as number }));
    return rows.sort((a, b) => (this.#worse(b.slot, b.score, a.slot, a.score) ? -1 : 1));
  }

  #worse(slot: number, score: number, than: number, thanScore: number): boolean {
    return score !== thanScore ? score < thanScore : this.#before(than, slot);
  }

  #worseAt(a: number, b: number): boolean {
    const scores = this.#scores;
    return this.#worse(this.#slots[a] as number, scores[a] as number, this.#slots[b] as number, scores[b] as number);
  }

  #swap(a: number, b: number): void {
    const [slots, scores] = [this.#slots, this.#scores];
    const slot = slots[a] as number;
    const score = scores[a] as number;
    slots[a] = slots[b] as number;
    scores[a] = scores[b] as number;
    slots[b] = slot;
    scores[b] = score;
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#worseAt(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    const size = this.#slots.length;
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      const right = left + 1;
      let worst = at;
      if (left < size && this.#worseAt(left, worst)) worst = left;
      if (right < size && this.#worseAt(right, worst)) worst = right;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }
}
