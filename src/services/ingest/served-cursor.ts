import type { FileRecord } from "../../domain/mod.ts";

/** Goes through the served files of a source in path order. Only the end of a page has to be waited for. */
export class ServedCursor {
  readonly #pages: AsyncIterator<readonly FileRecord[]>;
  #page: readonly FileRecord[] = [];
  #at = 0;

  constructor(pages: AsyncIterable<readonly FileRecord[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** Undefined behind the last file, and before the first `turn`. */
  get current(): FileRecord | undefined {
    return this.#page[this.#at];
  }

  /** On to the next file; true where the page must be turned for it. */
  step(): boolean {
    this.#at += 1;
    return this.#at >= this.#page.length;
  }

  async turn(): Promise<void> {
    this.#at = 0;
    do {
      const { value, done } = await this.#pages.next();
      this.#page = done ? [] : value;
      if (done) return;
    } while (this.#page.length === 0);
  }
}
