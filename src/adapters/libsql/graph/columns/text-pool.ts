import { Buffer } from "node:buffer";
import { fromPool, toPool } from "./pool-text.ts";

const growth = 1.2;
const firstSize = 4_096;

/** Texts one after another as UTF-8, found by where they start and end. */
export class TextPool {
  bytes: Buffer = Buffer.allocUnsafeSlow(firstSize);
  /** Where the next text goes. */
  end = 0;

  reach(size: number): void {
    if (size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(size, Math.ceil(this.bytes.length * growth)));
    this.bytes.copy(grown, 0, 0, this.end);
    this.bytes = grown;
  }

  /** Writes a text past the end, where it stays once `end` is moved; returns where it ends. */
  write(text: string): number {
    const from = this.end;
    // Most are ASCII: a loop is quicker than a call of the runtime.
    this.reach(from + text.length);
    const { bytes } = this;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) return this.#writeOther(toPool(text));
      bytes[from + at] = unit;
    }
    return from + text.length;
  }

  read(start: number, end: number): string {
    return fromPool(this.bytes.toString("utf8", start, end));
  }

  append(text: string): void {
    this.end = this.write(text);
  }

  /** Takes over bytes of another pool. */
  copy(from: TextPool, start: number, end: number): void {
    this.reach(this.end + end - start);
    from.bytes.copy(this.bytes, this.end, start, end);
    this.end += end - start;
  }

  #writeOther(text: string): number {
    this.reach(this.end + 3 * text.length);
    return this.end + this.bytes.write(text, this.end, "utf8");
  }
}
