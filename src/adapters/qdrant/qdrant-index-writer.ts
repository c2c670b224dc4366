import {
  alive,
  type CodeSymbol,
  Fault,
  type FileRecord,
  type PackedChunks,
  throwIfAborted,
  unpackChunks,
} from "../../domain/mod.ts";
import { fieldCount } from "../../domain/text/mod.ts";
import { type QuantisedVector, quantise } from "../../domain/vector/mod.ts";
import type { IndexTotals, IndexWriter } from "../../ports/mod.ts";
import { chunkFields, chunkOf, chunkPoint, codeOf, sameFacts } from "./chunk-row.ts";
import type { Collections } from "./collections.ts";
import { all, type Condition, type Filter, is, type Seen, unended, visible, within } from "./filters.ts";
import type { Generation, Generations } from "./generations.ts";
import { KnownVectors } from "./known-vectors.ts";
import { PendingFiles } from "./pending-files.ts";
import type { Points } from "./points.ts";
import { alone, takeBack } from "./take-back.ts";

export interface WriterParts {
  readonly points: Points;
  readonly collections: Collections;
  readonly generations: Generations;
  /** The collection of the run's embedder. */
  readonly collection: string;
}

export interface WriterKey extends Seen {
  readonly base: Generation | undefined;
  /** Of those given up, the ones that are still told of as begun. */
  readonly left: readonly number[];
}

/** Never aborted: taking back must go on when the run was cancelled. Each exchange has its own time limit. */
const unstoppable = new AbortController().signal;

/** Rows of one unfinished generation of one source: gathered, sent in batches, in the order of the calls. */
export class QdrantIndexWriter implements IndexWriter {
  readonly #parts: WriterParts;
  readonly #key: WriterKey;
  readonly #ended: () => void;
  readonly #vectors: KnownVectors;
  readonly #pending: PendingFiles;
  #queue: Promise<unknown> = Promise.resolve();
  #state: "open" | "committed" | "aborted" = "open";

  /** @param ended called once, when another writer may begin */
  constructor(parts: WriterParts, key: WriterKey, ended: () => void) {
    this.#parts = parts;
    this.#key = key;
    this.#ended = ended;
    this.#vectors = new KnownVectors(parts.points, parts.collection);
    this.#pending = new PendingFiles(key);
  }

  known(textHashes: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    return this.#next(signal, async () => {
      if (textHashes.length === 0) return new Set();
      await this.#flush(signal);
      return new Set((await this.#vectors.find(textHashes, signal)).keys());
    });
  }

  put(
    file: FileRecord,
    packed: PackedChunks,
    vectors: ReadonlyMap<string, Float32Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const { chunks, symbols } = unpackChunks(packed);
    return this.#next(signal, async () => {
      const reused = packed.textHashes.filter((hash) => !vectors.has(hash));
      const held = reused.length === 0 ? new Map<string, QuantisedVector>() : await this.#vectors.find(reused, signal);
      const rows = chunks.map((chunk, ordinal) => {
        const given = vectors.get(chunk.textHash);
        const vector = given === undefined ? held.get(chunk.textHash) : quantise(given);
        if (vector === undefined) {
          throw new Fault(
            "precondition",
            `no vector is kept for the text of ${file.path}: embed it and write it again`,
          );
        }
        this.#vectors.keep(chunk.textHash, vector);
        return chunkPoint(this.#key, alive, file, chunk, ordinal, vector);
      });
      this.#pending.set(file.path, { file: { record: file, symbols }, rows });
      if (this.#pending.full) await this.#flush(signal);
    });
  }

  touch(file: FileRecord, signal: AbortSignal): Promise<void> {
    return this.#next(signal, async () => {
      if (this.#pending.has(file.path)) await this.#flush(signal);
      const { points, collections, collection } = this.#parts;
      const [before] = await points.all(
        collections.catalogue,
        all(is("kind", "file"), ...this.#current(file.path)),
        ["record", "symbols"],
        signal,
      );
      const symbols = (before?.payload["symbols"] ?? []) as readonly CodeSymbol[];
      const same = before !== undefined && sameFacts(before.payload["record"] as FileRecord, file);
      if (same) return this.#gather(file.path, { file: { record: file, symbols }, rows: undefined }, signal);
      // What filters look at is in each chunk's payload: its rows are written anew, vectors and all.
      const rows = await points.all(
        collection,
        all(...this.#current(file.path)),
        [...chunkFields, "code", "scale"],
        signal,
      );
      const copies = rows.map(({ payload }) => {
        return chunkPoint(this.#key, alive, file, chunkOf(payload), payload["ordinal"] as number, codeOf(payload));
      });
      return this.#gather(file.path, { file: { record: file, symbols }, rows: copies }, signal);
    });
  }

  remove(path: string, signal: AbortSignal): Promise<void> {
    return this.#next(signal, () => this.#gather(path, { file: undefined, rows: [] }, signal));
  }

  commit(signal: AbortSignal): Promise<IndexTotals> {
    return this.#next(signal, async () => {
      await this.#flush(signal);
      const { points, collections, generations, collection } = this.#parts;
      const { source, generation, base, givenUp, left } = this.#key;
      const seen = visible(this.#key);
      const lengths = await this.#lengths(signal);
      const chunks = await points.count(collection, all(...seen), signal);
      const files = await points.count(collections.catalogue, all(is("kind", "file"), ...seen), signal);
      if (base === undefined && lengths.rows !== chunks) throw changedMeanwhile(source);
      await generations.add({ source, generation, collection, files, chunks, lengths: lengths.sums, givenUp }, signal);
      await generations.forgetBegun(source, [generation, ...left], signal);
      this.#state = "committed";
      this.#ended();
      return { files, chunks };
    });
  }

  abort(): Promise<void> {
    const work = this.#queue.then(async () => {
      if (this.#state !== "open") return;
      this.#state = "aborted";
      this.#pending.clear();
      const { points, collections, generations } = this.#parts;
      const { source, generation } = this.#key;
      // Nothing but its own: where the lease was lost, what came after the base is another process's, and served.
      const own = alone(generation);
      try {
        await takeBack(points, collections, source, own, unstoppable);
        await generations.remove(source, own, unstoppable);
        await generations.forgetBegun(source, [generation], unstoppable);
      } finally {
        // Even when the server is away: the next writer takes back first.
        this.#ended();
      }
    });
    this.#queue = work.catch(() => {});
    return work;
  }

  /** Alive rows of a path, this generation's own among them. */
  #current(path: string): Condition[] {
    return [is("source", this.#key.source), is("path", path), unended(this.#key.givenUp)];
  }

  async #gather(path: string, change: Parameters<PendingFiles["set"]>[1], signal: AbortSignal): Promise<void> {
    this.#pending.set(path, change);
    if (this.#pending.full) await this.#flush(signal);
  }

  async #flush(signal: AbortSignal): Promise<void> {
    if (this.#pending.empty) return;
    const { points, collections, collection } = this.#parts;
    for (const operations of this.#pending.chunkOperations()) await points.update(collection, operations, signal);
    await points.update(collections.catalogue, this.#pending.fileOperations(), signal);
    this.#pending.clear();
  }

  /** Sums of field lengths: the base's, less what ended, and what was born. The cost follows the change. */
  async #lengths(signal: AbortSignal): Promise<{ sums: number[]; rows: number }> {
    const { source, generation, base } = this.#key;
    const sums = Array.from({ length: fieldCount }, (_, field) => base?.lengths[field] ?? 0);
    let rows = 0;
    const add = async (filter: Filter, sign: number): Promise<void> => {
      for await (const page of this.#parts.points.scroll(this.#parts.collection, filter, ["lengths"], signal)) {
        for (const { payload } of page) {
          const lengths = payload["lengths"] as readonly number[];
          sums.forEach((sum, field) => {
            sums[field] = sum + sign * (lengths[field] as number);
          });
          rows += sign;
        }
      }
    };
    const from = is("source", source);
    await add(all(from, is("born", generation), unended(this.#key.givenUp)), 1);
    if (base !== undefined) await add(all(from, is("dead", generation), within("born", { lt: generation })), -1);
    return { sums, rows };
  }

  #next<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(() => {
      throwIfAborted(signal);
      if (this.#state !== "open") throw new Fault("precondition", "this writer has ended: begin another");
      return work();
    });
    this.#queue = done.catch(() => {});
    return done;
  }
}

function changedMeanwhile(source: string): Fault {
  return new Fault(
    "conflict",
    `rows of '${source}' changed in Qdrant while they were written: let one gateway ingest it, then run it again`,
    { reason: "INDEX_CHANGED" },
  );
}
