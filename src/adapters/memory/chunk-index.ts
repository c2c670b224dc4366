import {
  type Chunk,
  Fault,
  invalid,
  type LineRange,
  shareLines,
  throwIfAborted,
  unpackChunks,
} from "../../domain/mod.ts";
import { fieldTerms } from "../../domain/text/mod.ts";
import { type QuantisedVector, quantise } from "../../domain/vector/mod.ts";
import type { ChunkIndex, IndexWriter } from "../../ports/mod.ts";
import { ChunkGenerations, type MemoryFile, type MemoryRow, visibleFiles } from "./chunk-generations.ts";
import { searchChunks } from "./chunk-search.ts";

const mostPassages = 1_000;
const mostFiles = 10_000;

/** The reference chunk index: every search looks at every row. For tests, and as what other indexes are held against. */
export function memoryChunkIndex(): ChunkIndex {
  const sources = new Map<string, ChunkGenerations>();
  /** By embedder fingerprint, then text hash. */
  const vectors = new Map<string, Map<string, QuantisedVector>>();
  const writing = new Set<string>();
  let closed = false;

  const check = (signal: AbortSignal): void => {
    throwIfAborted(signal);
    if (closed) throw new Fault("unavailable", "the index is closed: the gateway is stopping; try again later");
  };

  const writer = (source: string, base: number, next: number, fingerprint: string): IndexWriter => {
    const generations = sources.get(source) ?? new ChunkGenerations();
    const tree = new Map<string, MemoryFile>(base === 0 ? [] : generations.at(base));
    const held = vectors.get(fingerprint) ?? new Map<string, QuantisedVector>();
    const fresh = new Map<string, QuantisedVector>();
    let open = true;

    const checkOpen = (signal: AbortSignal): void => {
      check(signal);
      if (!open) throw new Fault("precondition", "this writer has ended: begin another");
    };
    const row = (chunk: Chunk, vector: Float32Array | undefined, path: string): MemoryRow => {
      const known = vector === undefined ? (fresh.get(chunk.textHash) ?? held.get(chunk.textHash)) : quantise(vector);
      if (known === undefined) {
        throw new Fault("precondition", `no vector is kept for the text of ${path}: embed it and write it again`);
      }
      fresh.set(chunk.textHash, known);
      return { chunk, terms: fieldTerms({ ...chunk, path }), vector: known };
    };
    const end = (): void => {
      if (open) writing.delete(source);
      open = false;
    };

    return {
      async known(textHashes, signal) {
        checkOpen(signal);
        return new Set(textHashes.filter((hash) => held.has(hash) || fresh.has(hash)));
      },
      async put(record, packed, given, signal) {
        checkOpen(signal);
        const { chunks, symbols } = unpackChunks(packed);
        const rows = chunks.map((chunk) => row(chunk, given.get(chunk.textHash), record.path));
        tree.set(record.path, { record, rows, symbols });
      },
      async touch(record, signal) {
        checkOpen(signal);
        const before = tree.get(record.path);
        tree.set(record.path, { rows: [], symbols: [], ...before, record });
      },
      async remove(path, signal) {
        checkOpen(signal);
        tree.delete(path);
      },
      async commit(signal) {
        checkOpen(signal);
        generations.set(next, tree);
        sources.set(source, generations);
        for (const [hash, vector] of fresh) held.set(hash, vector);
        vectors.set(fingerprint, held);
        end();
        let chunks = 0;
        for (const file of tree.values()) chunks += file.rows.length;
        return { files: tree.size, chunks };
      },
      async abort() {
        end();
      },
    };
  };

  return {
    async ready(signal) {
      check(signal);
    },
    async search(query, signal) {
      check(signal);
      return searchChunks(sources, query);
    },
    async passages(at, chunkIds, signal) {
      check(signal);
      if (chunkIds.length > mostPassages) throw invalid("chunk_ids", `at most ${mostPassages} in one call`);
      const texts = new Map<string, string>();
      for (const { file } of visibleFiles(sources, at))
        for (const { chunk } of file.rows) texts.set(chunk.chunkId, chunk.text);
      return chunkIds.flatMap((chunkId) => {
        const text = texts.get(chunkId);
        return text === undefined ? [] : [{ chunkId, text }];
      });
    },
    async file(at, path, signal, lines) {
      check(signal);
      const file = sources.get(at.source)?.at(at.generation).get(path);
      if (file === undefined) return undefined;
      const asked = (each: { readonly lines: LineRange }) => lines === undefined || shareLines(each.lines, lines);
      const chunks = file.rows.map(({ chunk }) => chunk).filter(asked);
      return { file: file.record, chunks, symbols: file.symbols.filter(asked) };
    },
    async files(at, afterPath, limit, signal) {
      check(signal);
      const tree = sources.get(at.source)?.at(at.generation) ?? new Map<string, MemoryFile>();
      const paths = [...tree.keys()].filter((path) => afterPath === "" || path > afterPath).sort();
      return paths.slice(0, Math.min(limit, mostFiles)).map((path) => tree.get(path)!.record);
    },
    async count({ source, generation }, signal) {
      check(signal);
      const generations = sources.get(source);
      let chunks = 0;
      const tree = generations?.at(generation) ?? new Map<string, MemoryFile>();
      for (const { rows } of tree.values()) chunks += rows.length;
      return { files: tree.size, chunks, latest: generations?.latest() ?? 0 };
    },
    async room(_textBytes, signal) {
      check(signal);
    },
    async begin(source, base, next, fingerprint, signal) {
      check(signal);
      if (writing.has(source)) {
        throw new Fault("conflict", `an ingest of '${source}' is being written: wait until it ends`, {
          reason: "WRITER_BUSY",
        });
      }
      writing.add(source);
      return writer(source, base, next, fingerprint);
    },
    async sweep(source, oldest, signal) {
      check(signal);
      return sources.get(source)?.sweep(oldest) ?? 0;
    },
    async close() {
      closed = true;
    },
  };
}
