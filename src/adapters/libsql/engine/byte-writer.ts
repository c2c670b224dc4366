/** A growing byte array with variable-length integers (seven bits a byte, lowest first). */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 1 << 16) {
    this.#bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    if (this.length + size > this.#bytes.length) this.#grow(size);
    // Payloads are a few bytes: a loop beats set(subarray()).
    if (size < 16) for (let at = from; at < to; at++) this.#bytes[this.length++] = source[at] as number;
    else {
      this.#bytes.set(source.subarray(from, to), this.length);
      this.length += size;
    }
  }

  /** What was written, without a copy: valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }

  #grow(by: number): void {
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + by));
    wider.set(this.#bytes);
    this.#bytes = wider;
  }
}
