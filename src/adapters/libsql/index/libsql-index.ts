import { type At, Fault, type FileRecord, type LineRange, throwIfAborted } from "../../../domain/mod.ts";
import type { ChunkIndex, ChunkMatches, ChunkQuery, IndexWriter, Passage, StoredFile } from "../../../ports/mod.ts";
import { closeLinks, type WorkerLink } from "../thread/mod.ts";
import { checkRoom } from "./check-room.ts";
import { LibsqlIndexWriter, type WriterLinks } from "./libsql-index-writer.ts";
import type { LookupOperations } from "./lookup-operations.ts";
import { MatchReader } from "./match-reader.ts";

export interface IndexLinks extends WriterLinks {
  readonly lookup: WorkerLink<LookupOperations>;
}

/** The embedded index as the rest of the program sees it. */
export interface LibsqlIndex extends ChunkIndex {
  /** Why it can't answer any more; "" while it can. */
  trouble(): string;
}

const passagesLimit = 1_000;
const filesLimit = 10_000;

export class LibsqlChunkIndex implements LibsqlIndex {
  /** One thread searches; a second question beside it keeps it from waiting for the next. */
  readonly searchesAtOnce = 2;
  readonly #links: IndexLinks;
  readonly #folder: string;
  readonly #reader: MatchReader;
  #closing: Promise<void> | undefined;

  /** `folder` is where its file lies. */
  constructor(links: IndexLinks, folder: string) {
    this.#links = links;
    this.#folder = folder;
    this.#reader = new MatchReader((query, signal) => links.search.call("search", query, signal));
  }

  trouble(): string {
    if (this.#closing !== undefined) return "the index is closed";
    return this.#all.find((link) => link.death !== undefined)?.death?.message ?? "";
  }

  async ready(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const trouble = this.trouble();
    if (trouble !== "") throw new Fault("unavailable", trouble);
  }

  search(query: ChunkQuery, signal: AbortSignal): Promise<ChunkMatches> {
    return this.#reader.search(query, signal);
  }

  async passages(at: readonly At[], chunkIds: readonly string[], signal: AbortSignal): Promise<readonly Passage[]> {
    if (chunkIds.length > passagesLimit)
      throw new Fault("invalid", `at most ${passagesLimit} passages can be asked for at once`);
    return this.#links.lookup.call("passages", { at, chunkIds }, signal);
  }

  file(at: At, path: string, signal: AbortSignal, lines?: LineRange): Promise<StoredFile | undefined> {
    return this.#links.lookup.call("file", { at, path, lines }, signal);
  }

  async files(at: At, afterPath: string, limit: number, signal: AbortSignal): Promise<readonly FileRecord[]> {
    const asked = { at, afterPath, limit: Math.min(limit, filesLimit) };
    const records = await this.#links.lookup.call("files", asked, signal);
    return records.map((record) => JSON.parse(record) as FileRecord);
  }

  count(at: At, signal: AbortSignal) {
    return this.#links.lookup.call("count", at, signal);
  }

  async room(textBytes: number, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await checkRoom(this.#folder, textBytes);
  }

  async begin(
    source: string,
    base: number,
    next: number,
    fingerprint: string,
    signal: AbortSignal,
  ): Promise<IndexWriter> {
    const { writer, search } = this.#links;
    const key = { source, generation: next };
    throwIfAborted(signal);
    // Not handed the signal: an aborted caller must not leave a writer open that nobody holds.
    const ground = await writer.call("begin", { ...key, base, fingerprint });
    const made = new LibsqlIndexWriter(this.#links, key, ground);
    try {
      await search.call("takenBack", { source, base: ground });
      throwIfAborted(signal);
    } catch (error) {
      await made.abort();
      throw error;
    }
    return made;
  }

  async sweep(source: string, oldest: number, signal: AbortSignal): Promise<number> {
    let chunks = 0;
    try {
      // A call a step, so that writers get their turn in between.
      for (;;) {
        const step = await this.#links.writer.call("sweep", { source, oldest }, signal);
        chunks += step.chunks;
        if (step.done) return chunks;
      }
    } finally {
      await this.#links.search.call("swept", { source, oldest });
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #all() {
    const { writer, search, lookup } = this.#links;
    return [writer, search, lookup];
  }

  async #close(): Promise<void> {
    const { writer, search, lookup } = this.#links;
    await closeLinks([lookup, search, writer]);
  }
}
