import { type CodeSymbol, Fault, type FileRecord } from "../../../domain/mod.ts";
import type { IndexTotals, IndexWriter, WritableChunk } from "../../../ports/mod.ts";
import type { SearchOperations } from "./search-operations.ts";
import type { WorkerLink } from "./worker-link.ts";
import type { WriteGate } from "./write-gate.ts";
import type { WriterKey, WriterOperations } from "./writer-operations.ts";

export interface WriterLinks {
  readonly writer: WorkerLink<WriterOperations>;
  readonly search: WorkerLink<SearchOperations>;
  readonly gate: WriteGate;
  readonly dimensions: number;
}

/** The calling side of one unfinished generation. */
export class LibsqlIndexWriter implements IndexWriter {
  readonly #links: WriterLinks;
  readonly #key: WriterKey;
  readonly #base: number;
  #state: "open" | "committed" | "aborted" = "open";

  constructor(links: WriterLinks, key: WriterKey, base: number) {
    this.#links = links;
    this.#key = key;
    this.#base = base;
  }

  async known(textHashes: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    this.#mustBeOpen();
    return this.#pass(0, signal, async () => {
      return new Set(await this.#links.writer.call("known", { ...this.#key, textHashes }, signal));
    });
  }

  async put(
    file: FileRecord,
    chunks: readonly WritableChunk[],
    symbols: readonly CodeSymbol[],
    signal: AbortSignal,
  ): Promise<void> {
    this.#mustBeOpen();
    await this.#pass(chunks.length, signal, () => {
      const packed = this.#pack(chunks);
      const bare = chunks.map(({ vector: _, ...chunk }) => chunk);
      const argument = { ...this.#key, file, chunks: bare, symbols, ...packed };
      return this.#links.writer.call("put", argument, signal, [packed.vectors.buffer, packed.vectorOf.buffer]);
    });
  }

  async touch(file: FileRecord, signal: AbortSignal): Promise<void> {
    this.#mustBeOpen();
    await this.#pass(0, signal, () => this.#links.writer.call("touch", { ...this.#key, file }, signal));
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    this.#mustBeOpen();
    await this.#pass(0, signal, () => this.#links.writer.call("remove", { ...this.#key, path }, signal));
  }

  async commit(signal: AbortSignal): Promise<IndexTotals> {
    this.#mustBeOpen();
    return this.#pass(0, signal, async () => {
      const totals = await this.#links.writer.call("commit", this.#key, signal);
      await this.#links.search.call("committed", this.#key, signal);
      this.#state = "committed";
      return totals;
    });
  }

  async abort(): Promise<void> {
    // What a commit handed over may be served by now; if it never is, the next `begin` takes it back.
    if (this.#state === "committed") return;
    this.#state = "aborted";
    const { source } = this.#key;
    await this.#pass(0, undefined, async () => {
      await this.#links.writer.call("abort", { ...this.#key, base: this.#base });
      await this.#links.search.call("takenBack", { source, base: this.#base });
    });
  }

  #pass<T>(units: number, signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T> {
    return this.#links.gate.pass(units, signal, start);
  }

  #mustBeOpen(): void {
    if (this.#state !== "open") throw new Fault("precondition", `this writer was ${this.#state}: begin another`);
  }

  /** One buffer for all vectors, handed over without a copy; a view of a larger buffer would be cloned whole. */
  #pack(chunks: readonly WritableChunk[]) {
    const { dimensions } = this.#links;
    const vectorOf = new Int32Array(chunks.length).fill(-1);
    const vectors = new Float32Array(chunks.filter(({ vector }) => vector !== undefined).length * dimensions);
    let place = 0;
    for (const [at, { vector }] of chunks.entries()) {
      if (vector === undefined) continue;
      if (vector.length !== dimensions)
        throw new Fault("invalid", `a vector of ${vector.length} dimensions in an index of ${dimensions}`);
      vectors.set(vector, place * dimensions);
      vectorOf[at] = place++;
    }
    return { vectors, vectorOf, dimensions };
  }
}
