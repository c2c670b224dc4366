import { alive, Fault, type FileRecord, unpackChunks } from "../../../domain/mod.ts";
import type { IndexTotals } from "../../../ports/mod.ts";
import type { SegmentDoc } from "../engine/mod.ts";
import type { Connection } from "../file/mod.ts";
import type { ChunkRange, Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { Code, Embeddings } from "./embeddings.ts";
import { addPath, findPath } from "./names.ts";
import { type Segments, segmentRows } from "./segments.ts";
import type { PutArgument } from "./writer-operations.ts";

export interface Tables {
  readonly db: Connection;
  readonly counters: Counters;
  readonly contents: Contents;
  readonly embeddings: Embeddings;
  readonly segments: Segments;
}

export interface GenerationKey {
  readonly source: number;
  readonly base: number;
  readonly next: number;
  readonly fingerprint: number;
}

/** Rows of one unfinished generation of one source. Every method runs inside the caller's transaction. */
export class GenerationWriter {
  readonly key: GenerationKey;
  readonly #tables: Tables;
  /** Analysed chunks that no segment holds yet. */
  #pending: SegmentDoc[] = [];

  constructor(tables: Tables, key: GenerationKey) {
    this.#tables = tables;
    this.key = key;
  }

  known(textHashes: readonly string[]): string[] {
    return this.#tables.embeddings.has(this.key.fingerprint, textHashes);
  }

  put(argument: PutArgument): void {
    const { file } = argument;
    const { chunks, symbols } = unpackChunks(argument.chunks);
    const { source, next } = this.key;
    const known = findPath(this.#tables.db, source, file.path);
    // A path that is new has nothing to end.
    if (known !== undefined) this.#forget(this.#tables.contents.end(known, next));
    const path = known ?? addPath(this.#tables.db, this.#tables.counters, source, file.path);
    const codes = this.#codes(argument);
    const docs = this.#tables.contents.insert({ source, path, born: next, file, chunks, codes, symbols });
    for (const doc of docs) this.#pending.push(doc);
    if (this.#pending.length >= segmentRows) this.flush();
  }

  /** A file that this generation does not hold comes in without chunks. */
  touch(file: FileRecord): void {
    const { source, next } = this.key;
    const path =
      findPath(this.#tables.db, source, file.path) ??
      addPath(this.#tables.db, this.#tables.counters, source, file.path);
    const current = this.#tables.db.sql("SELECT content FROM files WHERE path = ? AND dead = ?").get([path, alive]);
    if (current === undefined) {
      this.#tables.contents.insert({ source, path, born: next, file, chunks: [], codes: [], symbols: [] });
      return;
    }
    this.#tables.contents.endFile(path, next);
    this.#tables.contents.insertFile(source, path, next, current[0] as number, file);
  }

  remove(name: string): void {
    const path = findPath(this.#tables.db, this.key.source, name);
    if (path !== undefined) this.#forget(this.#tables.contents.end(path, this.key.next));
  }

  /** Writes what is pending as a segment. */
  flush(): void {
    const { source, fingerprint, next } = this.key;
    this.#tables.segments.add(source, fingerprint, next, this.#pending);
    this.#pending = [];
  }

  /** `before`: those of the base, from which only what changed is counted. */
  totals(before: IndexTotals | undefined): IndexTotals {
    const { db } = this.#tables;
    const { source, next } = this.key;
    if (before !== undefined) {
      const count = (what: string, of: string) =>
        db.number(`SELECT ${what} FROM ${of} WHERE source = ? AND born = ? AND dead > ?`, [source, next, next]) -
        db.number(`SELECT ${what} FROM ${of} WHERE source = ? AND dead = ? AND born < ?`, [source, next, next]);
      return {
        files: before.files + count("count(*)", "files"),
        chunks: before.chunks + count("coalesce(sum(chunks), 0)", "contents"),
      };
    }
    const seen = "source = ? AND born <= ? AND dead > ?";
    const files = db.number(`SELECT count(*) FROM files WHERE ${seen}`, [source, next, next]);
    const chunks = db.number(`SELECT sum(chunks) FROM contents WHERE ${seen}`, [source, next, next]);
    return { files, chunks };
  }

  /** The vector of each chunk, those that come with it kept first. */
  #codes({ file, chunks, vectors, fresh: come, dimensions }: PutArgument): Code[] {
    const { embeddings } = this.#tables;
    const { fingerprint } = this.key;
    const hashes = chunks.textHashes;
    const found = embeddings.find(fingerprint, hashes);
    const fresh = new Map<string, Float32Array>();
    for (const [at, hash] of come.entries()) {
      if (!found.has(hash)) fresh.set(hash, vectors.subarray(at * dimensions, (at + 1) * dimensions));
    }
    const kept = embeddings.keep(fingerprint, fresh);
    return hashes.map((hash) => {
      const code = found.get(hash) ?? kept.get(hash);
      if (code !== undefined) return code;
      const message = `no vector is kept for the text of ${file.path}: embed it and write it again`;
      throw new Fault("precondition", message);
    });
  }

  #forget(ranges: readonly ChunkRange[]): void {
    if (ranges.length === 0) return;
    const gone = (row: number) => ranges.some(({ first, count }) => row >= first && row < first + count);
    this.#pending = this.#pending.filter(({ rowId }) => !gone(rowId));
    this.#tables.segments.lose(this.key.source, ranges);
  }
}
