import {
  type At,
  alive,
  type CodeSymbol,
  Fault,
  type FileRecord,
  type LineRange,
  shareLines,
  throwIfAborted,
} from "../../domain/mod.ts";
import type {
  ChunkIndex,
  ChunkMatches,
  ChunkQuery,
  Clock,
  Embedder,
  IndexTotals,
  IndexWriter,
  Meter,
  Passage,
  StoredFile,
  Tracer,
} from "../../ports/mod.ts";
import { chunkFields, chunkOf } from "./chunk-row.ts";
import { Collections } from "./collections.ts";
import { Connection, type Limits } from "./connection.ts";
import { FileTables, firstAfter } from "./file-table.ts";
import { all, among, amongNumbers, any, is, visible, within } from "./filters.ts";
import { Generations } from "./generations.ts";
import { giveUp } from "./give-up.ts";
import { Points } from "./points.ts";
import type { QdrantConfig } from "./qdrant-config.ts";
import { QdrantIndexWriter } from "./qdrant-index-writer.ts";
import { searchChunks } from "./search.ts";
import { endAll, takeBack, takeBackAll } from "./take-back.ts";
import { byCollection, TermFrequencies } from "./term-frequencies.ts";

export interface QdrantIndexConfig extends QdrantConfig {
  readonly embedder: Pick<Embedder, "dimensions" | "fingerprint">;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly meter: Meter;
  /** Time limits and retries; default: see `Limits`. */
  readonly limits?: Partial<Limits>;
  /** What each request carries of the caller's trace; undefined: tracing is off. */
  readonly traceHeaders?: Tracer["headers"] | undefined;
}

const passagesLimit = 1_000;
const filesLimit = 10_000;

export interface QdrantIndex extends ChunkIndex {
  /** Why it can't answer now; "" when it can. Asks the server once. */
  trouble(signal: AbortSignal): Promise<string>;
}

/** Opens the index. Nothing is sent yet: a server that is away makes calls fail, and not the start. */
export function openQdrantIndex(config: QdrantIndexConfig): QdrantIndex {
  return new QdrantChunkIndex(config);
}

class QdrantChunkIndex implements QdrantIndex {
  readonly #config: QdrantIndexConfig;
  readonly #connection: Connection;
  readonly #points: Points;
  readonly #collections: Collections;
  readonly #generations: Generations;
  readonly #tables: FileTables;
  readonly #frequencies: TermFrequencies;
  readonly #writing = new Set<string>();
  readonly #current: string;
  #closed = false;

  constructor(config: QdrantIndexConfig) {
    this.#config = config;
    this.#connection = new Connection(config);
    this.#points = new Points(this.#connection);
    this.#collections = new Collections(this.#connection, config.prefix);
    this.#generations = new Generations(this.#points, this.#collections);
    this.#tables = new FileTables(this.#points, this.#collections);
    this.#frequencies = new TermFrequencies(this.#points);
    this.#current = this.#collections.nameFor(config.embedder.fingerprint, config.embedder.dimensions);
  }

  async ready(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.#closed) throw new Fault("unavailable", "the index is closed: the gateway is stopping; try again later");
    // A collection of chunks is made by the run that first writes to it: one that is lost must not come back empty.
    await this.#collections.makeCatalogue(signal);
  }

  async trouble(signal: AbortSignal): Promise<string> {
    try {
      await this.#collections.probe(signal);
      await this.ready(signal);
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  search(query: ChunkQuery, signal: AbortSignal): Promise<ChunkMatches> {
    const parts = {
      points: this.#points,
      generations: this.#generations,
      tables: this.#tables,
      frequencies: this.#frequencies,
      current: this.#current,
    };
    return this.#during(signal, () => searchChunks(parts, query, signal));
  }

  passages(at: readonly At[], chunkIds: readonly string[], signal: AbortSignal): Promise<readonly Passage[]> {
    return this.#during(signal, async () => {
      if (chunkIds.length > passagesLimit)
        throw new Fault("invalid", `at most ${passagesLimit} passages can be asked for at once`);
      if (chunkIds.length === 0) return [];
      const found = await Promise.all(at.map((one) => this.#generations.at(one, signal)));
      const texts = new Map<string, string>();
      for (const [collection, seen] of byCollection(found.filter((one) => one !== undefined))) {
        const scopes = seen.map((one) => all(...visible(one)));
        const filter = all(among("chunk", chunkIds), any(...scopes));
        const rows = await this.#points.all(collection, filter, ["chunk", "text"], signal);
        for (const { payload } of rows) texts.set(payload["chunk"] as string, payload["text"] as string);
      }
      return chunkIds.flatMap((chunkId) => {
        const text = texts.get(chunkId);
        return text === undefined ? [] : [{ chunkId, text }];
      });
    });
  }

  file(at: At, path: string, signal: AbortSignal, lines?: LineRange): Promise<StoredFile | undefined> {
    return this.#during(signal, async () => {
      const seen = await this.#generations.at(at, signal);
      if (seen === undefined) return undefined;
      const where = [is("path", path), ...visible(seen)];
      const [files, rows] = await Promise.all([
        this.#points.all(this.#collections.catalogue, all(is("kind", "file"), ...where), ["record", "symbols"], signal),
        this.#points.all(seen.collection, all(...where), chunkFields, signal),
      ]);
      const [file] = files;
      if (file === undefined) return undefined;
      rows.sort((a, b) => (a.payload["ordinal"] as number) - (b.payload["ordinal"] as number));
      const asked = (each: { readonly lines: LineRange }) => lines === undefined || shareLines(each.lines, lines);
      return {
        file: file.payload["record"] as FileRecord,
        chunks: rows.map(({ payload }) => chunkOf(payload)).filter(asked),
        symbols: (file.payload["symbols"] as readonly CodeSymbol[]).filter(asked),
      };
    });
  }

  files(at: At, afterPath: string, limit: number, signal: AbortSignal): Promise<readonly FileRecord[]> {
    return this.#during(signal, async () => {
      const seen = await this.#generations.at(at, signal);
      if (seen === undefined) return [];
      const { paths, ids } = await this.#tables.at(seen, signal);
      const from = afterPath === "" ? 0 : firstAfter(paths, afterPath);
      const wanted = paths.slice(from, from + Math.min(limit, filesLimit)).map((path) => ids.get(path) as string);
      const records = await this.#points.get(this.#collections.catalogue, wanted, ["record"], signal);
      return wanted.flatMap((id) => (records.get(id)?.["record"] as FileRecord | undefined) ?? []);
    });
  }

  count(at: At, signal: AbortSignal): Promise<IndexTotals & { readonly latest: number }> {
    return this.#during(signal, async () => {
      const committed = await this.#generations.of(at.source, signal);
      const seen = committed.find(({ generation }) => generation <= at.generation);
      const latest = committed[0]?.generation ?? 0;
      if (seen === undefined) return { files: 0, chunks: 0, latest };
      const rows = visible(seen);
      const [files, chunks] = await Promise.all([
        this.#points.count(this.#collections.catalogue, all(is("kind", "file"), ...rows), signal),
        // What a snapshot put back without its chunks shows of them.
        (await this.#collections.existing(signal)).includes(seen.collection)
          ? this.#points.count(seen.collection, all(...rows), signal)
          : 0,
      ]);
      return { files, chunks, latest };
    });
  }

  /** A Qdrant server does not say what room it has: a full one refuses the write, and the run fails. */
  async room(_textBytes: number, signal: AbortSignal): Promise<void> {
    return this.#during(signal, async () => {});
  }

  begin(source: string, base: number, next: number, fingerprint: string, signal: AbortSignal): Promise<IndexWriter> {
    return this.#during(signal, async () => {
      if (this.#writing.has(source)) {
        throw new Fault("conflict", `an ingest of '${source}' is being written: wait until it ends`, {
          reason: "WRITER_BUSY",
        });
      }
      this.#writing.add(source);
      try {
        return await this.#begin({ source, generation: next }, base, fingerprint, signal);
      } catch (error) {
        this.#writing.delete(source);
        throw error;
      }
    });
  }

  sweep(source: string, oldest: number, signal: AbortSignal): Promise<number> {
    return this.#during(signal, async () => {
      const committed = await this.#generations.of(source, signal);
      const { givenUp } = committed[0] ?? { givenUp: [] };
      if (givenUp.length > 0) await takeBackAll(this.#points, this.#collections, source, givenUp, signal);
      const filter = all(is("source", source), within("dead", { lte: oldest }));
      if (givenUp.length > 0 && oldest !== alive) filter.must_not = [amongNumbers("dead", givenUp)];
      let chunks = 0;
      for (const collection of await this.#collections.existing(signal)) {
        const rows = await this.#points.count(collection, filter, signal);
        if (rows > 0) await this.#points.update(collection, [{ delete: { filter } }], signal);
        chunks += rows;
      }
      await this.#points.update(this.#collections.catalogue, [{ delete: { filter } }], signal);
      const served = committed.find(({ generation }) => generation <= oldest);
      if (oldest === alive) await this.#generations.remove(source, { gt: -1 }, signal);
      else if (served !== undefined) await this.#generations.remove(source, { lt: served.generation }, signal);
      this.#forget(source);
      return chunks;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#connection.close();
  }

  async #begin(at: At, base: number, fingerprint: string, signal: AbortSignal): Promise<IndexWriter> {
    const { source } = at;
    const { dimensions } = this.#config.embedder;
    const collection = this.#collections.nameFor(fingerprint, dimensions);
    const existing = await this.#collections.existing(signal);
    // Looked at anew: a full run is the way out when a collection is gone.
    this.#collections.forget();
    await this.ready(signal);
    // Told before anything is looked at: of two writers, the later one knows of the earlier.
    await this.#generations.tellBegun(at, signal);
    const committed = await this.#generations.of(source, signal);
    const latest = committed[0]?.generation ?? 0;
    if (latest >= at.generation) {
      // Paused before it began, it would take back what came after it and is served.
      await this.#generations.forgetBegun(source, [at.generation], signal);
      throw new Fault("conflict", `generation ${latest} of '${source}' was written meanwhile; what it serves stands`, {
        reason: "LEASE_LOST",
      });
    }
    const ground = base === 0 ? undefined : committed.find(({ generation }) => generation <= base);
    if (base !== 0 && (ground === undefined || !existing.includes(ground.collection))) {
      throw new Fault("precondition", `the Qdrant index has lost what it had of '${source}': run a full ingest`, {
        reason: "INDEX_MISSING",
      });
    }
    if (ground !== undefined && ground.collection !== collection) {
      throw new Fault("precondition", `'${source}' was indexed with another embedder: run a full ingest`, {
        reason: "EMBEDDER_CHANGED",
      });
    }
    await this.#collections.makeChunks(collection, fingerprint, dimensions, signal);
    // A generation from nothing knows no base: whatever was committed may be what readers are served.
    const keep = base === 0 ? latest : base;
    const { left, givenUp } = await giveUp(this.#generations, at, keep, committed, signal);
    // None of a number past its own that it has not seen: that may be of a writer who came after it.
    await takeBack(this.#points, this.#collections, source, { gt: keep, lte: at.generation }, signal);
    if (givenUp.length > 0) await takeBackAll(this.#points, this.#collections, source, givenUp, signal);
    if (latest > keep) await this.#generations.remove(source, { gt: keep, lte: latest }, signal);
    this.#forget(source);
    if (ground === undefined) {
      await endAll(this.#points, this.#collections, { source, generation: at.generation, givenUp }, signal);
    }
    const parts = {
      points: this.#points,
      collections: this.#collections,
      generations: this.#generations,
      collection,
    };
    return new QdrantIndexWriter(parts, { ...at, base: ground, givenUp, left }, () => {
      this.#writing.delete(source);
      this.#forget(source);
    });
  }

  #forget(source: string): void {
    this.#generations.forget(source);
    this.#tables.forget(source);
    this.#frequencies.forget();
  }

  /** Makes the catalogue when that wasn't done. A collection of chunks that went missing is an error, not an empty index. */
  async #during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.ready(signal);
    return work();
  }
}
