type Numbers = Int32Array | Float64Array | Uint8Array;

/** How much a full column grows: it is copied more often than one that doubles, and little of it is spare. */
const growth = 1.2;

/** Numbers by place, in one array that grows when it is full. New places hold 0. */
export class Column<T extends Numbers> {
  values: T;
  readonly #make: new (
    size: number,
  ) => T;

  constructor(make: new (size: number) => T) {
    this.#make = make;
    this.values = new make(64);
  }

  /** Makes room for places below `size`. */
  reach(size: number): void {
    if (size <= this.values.length) return;
    const grown = new this.#make(Math.max(size, Math.ceil(this.values.length * growth)));
    grown.set(this.values);
    this.values = grown;
  }
}
