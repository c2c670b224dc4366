const pageBytes = 65_536;
/** SIMD loads like it, and so do typed-array views. */
const alignment = 16;

interface Span {
  at: number;
  size: number;
}

/** Hands out parts of a growing WebAssembly memory: first fit, neighbours united when freed. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** By address. */
  readonly #free: Span[] = [];
  readonly #taken = new Map<number, number>();

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    // Address 0 stays unused, so that no block has a false address.
    this.#free.push({ at: alignment, size: memory.buffer.byteLength - alignment });
  }

  get used(): number {
    let used = 0;
    for (const size of this.#taken.values()) used += size;
    return used;
  }

  /** @throws RangeError when the memory can't grow that far. */
  take(bytes: number): number {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    let index = this.#free.findIndex((span) => span.size >= size);
    if (index < 0) {
      this.#grow(size);
      index = this.#free.length - 1;
    }
    const span = this.#free[index] as Span;
    const at = span.at;
    span.at += size;
    span.size -= size;
    if (span.size === 0) this.#free.splice(index, 1);
    this.#taken.set(at, size);
    return at;
  }

  give(at: number): void {
    const size = this.#taken.get(at);
    if (size === undefined) return;
    this.#taken.delete(at);
    const next = this.#free.findIndex((span) => span.at > at);
    const index = next < 0 ? this.#free.length : next;
    this.#free.splice(index, 0, { at, size });
    this.#unite(index);
    if (index > 0) this.#unite(index - 1);
  }

  /** Joins a free span with the one behind it when they touch. */
  #unite(index: number): void {
    const span = this.#free[index] as Span;
    const next = this.#free[index + 1];
    if (next === undefined || span.at + span.size !== next.at) return;
    span.size += next.size;
    this.#free.splice(index + 1, 1);
  }

  #grow(size: number): void {
    const end = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const missing = last !== undefined && last.at + last.size === end ? size - last.size : size;
    const pages = Math.ceil(missing / pageBytes);
    this.memory.grow(pages);
    this.#free.push({ at: end, size: pages * pageBytes });
    if (this.#free.length > 1) this.#unite(this.#free.length - 2);
  }
}
