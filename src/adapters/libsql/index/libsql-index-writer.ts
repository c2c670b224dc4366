import { aborted, Fault, type FileRecord, type PackedChunks } from "../../../domain/mod.ts";
import type { IndexTotals, IndexWriter } from "../../../ports/mod.ts";
import { settleEach, type WorkerLink, type WriteGate } from "../thread/mod.ts";
import type { SearchOperations } from "./search-operations.ts";
import type { PutArgument, WriterKey, WriterOperations } from "./writer-operations.ts";

export interface WriterLinks {
  readonly writer: WorkerLink<WriterOperations>;
  readonly search: WorkerLink<SearchOperations>;
  readonly gate: WriteGate;
  readonly dimensions: number;
}

/** Chunks a message: small files share one, since waking a thread costs as much as writing a small file. */
const chunksPerMessage = 256;

interface WaitingPut {
  readonly file: FileRecord;
  readonly chunks: PackedChunks;
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The calling side of one unfinished generation. */
export class LibsqlIndexWriter implements IndexWriter {
  readonly #links: WriterLinks;
  readonly #key: WriterKey;
  readonly #base: number;
  #state: "open" | "committed" | "aborted" = "open";
  /** Files put in this turn of the event loop, all under one signal. */
  #waiting: WaitingPut[] = [];
  #waitingChunks = 0;
  #signal: AbortSignal | undefined;

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
    chunks: PackedChunks,
    vectors: ReadonlyMap<string, Float32Array>,
    signal: AbortSignal,
  ): Promise<void> {
    this.#mustBeOpen();
    if (signal.aborted) throw aborted(signal);
    if (signal !== this.#signal || this.#waitingChunks >= chunksPerMessage) this.#sendPuts();
    this.#signal = signal;
    if (this.#waiting.length === 0) setImmediate(() => this.#sendPuts());
    this.#waitingChunks += chunks.textHashes.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ file, chunks, vectors, resolve, reject });
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

  /** Sends the files that wait; everything else that is asked for comes after them. */
  #sendPuts(): void {
    const puts = this.#waiting;
    const units = this.#waitingChunks;
    const signal = this.#signal;
    this.#waiting = [];
    this.#waitingChunks = 0;
    if (puts.length === 0) return;
    const sent = this.#links.gate.pass(units, signal, () => {
      const packed = puts.map((put) => this.#pack(put));
      const buffers = packed.flatMap(({ vectors, chunks }) => [
        vectors.buffer,
        chunks.texts.buffer,
        chunks.rest.buffer,
      ]);
      return this.#links.writer.call("put", { ...this.#key, puts: packed }, signal, buffers);
    });
    settleEach(puts, sent, (fault) => this.#links.writer.failed("put", fault));
  }

  #pass<T>(units: number, signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T> {
    this.#sendPuts();
    return this.#links.gate.pass(units, signal, start);
  }

  #mustBeOpen(): void {
    if (this.#state !== "open") throw new Fault("precondition", `this writer was ${this.#state}: begin another`);
  }

  /** One buffer for all vectors, handed over without a copy; a view of a larger buffer would be cloned whole. */
  #pack({ file, chunks, vectors: given }: WaitingPut): PutArgument {
    const { dimensions } = this.#links;
    const fresh = [...new Set(chunks.textHashes)].filter((hash) => given.has(hash));
    const vectors = new Float32Array(fresh.length * dimensions);
    for (const [place, hash] of fresh.entries()) {
      const vector = given.get(hash)!;
      if (vector.length !== dimensions)
        throw new Fault("invalid", `a vector of ${vector.length} dimensions in an index of ${dimensions}`);
      vectors.set(vector, place * dimensions);
    }
    return { file, chunks, fresh, vectors, dimensions };
  }
}
