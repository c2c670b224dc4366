/** Whole numbers by place, in one array that grows by half when it is full. New places hold `blank`. */
export class GrownNumbers {
  values: Int32Array;
  readonly #blank: number;

  constructor(blank: number) {
    this.#blank = blank;
    this.values = new Int32Array(1_024).fill(blank);
  }

  /** Makes room for places below `size`. */
  reach(size: number): void {
    if (size <= this.values.length) return;
    const grown = new Int32Array(Math.max(size, Math.ceil(this.values.length * 1.5))).fill(this.#blank);
    grown.set(this.values);
    this.values = grown;
  }
}
