import { Column } from "./column.ts";

/** Lines of places, each as its first line and how many more: three bytes for most. */
export class PlaceBytes {
  end = 0;
  readonly #bytes = new Column(Uint8Array);

  add(start: number, end: number): void {
    this.#bytes.reach(this.end + 10);
    this.#put(start);
    this.#put(end - start);
  }

  /** Takes over bytes of another; returns how much further on they are. */
  copy(other: PlaceBytes, from: number, to: number): number {
    const shift = this.end - from;
    this.#bytes.reach(to + shift);
    this.#bytes.values.set(other.#bytes.values.subarray(from, to), this.end);
    this.end += to - from;
    return shift;
  }

  each(from: number, count: number, told: (start: number, end: number) => void): void {
    const bytes = this.#bytes.values;
    let at = from;
    const take = (): number => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
      }
    };
    for (let i = 0; i < count; i++) {
      const start = take();
      told(start, start + take());
    }
  }

  /** Seven bits a byte, the lowest first; the sign is the lowest bit of all. */
  #put(signed: number): void {
    let value = ((signed << 1) ^ (signed >> 31)) >>> 0;
    for (; value > 0x7f; value >>>= 7) this.#bytes.values[this.end++] = (value & 0x7f) | 0x80;
    this.#bytes.values[this.end++] = value;
  }
}
