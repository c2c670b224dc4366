import type {
  ArtifactType,
  At,
  Chunk,
  CodeSymbol,
  FileFacts,
  FileRecord,
  LineRange,
  PackedChunks,
  SymbolKind,
} from "../domain/mod.ts";

/** Values inside a field are alternatives; fields are combined with "and"; an empty field filters nothing. */
export interface ChunkFilter {
  readonly artifactTypes: readonly ArtifactType[];
  readonly languages: readonly string[];
  readonly pathPrefixes: readonly string[];
  /** Globs over the whole path: `*` within a segment, `**` across, `?`, `[…]`, `{a,b}`. */
  readonly pathGlobs: readonly string[];
  readonly subsystems: readonly string[];
  readonly tags: readonly string[];
  readonly symbolKinds: readonly SymbolKind[];
  /** Unix ms, exclusive; 0: no bound. */
  readonly updatedAfter: number;
}

/** The lexical fields of a chunk, in storage order. */
export const lexicalFields = ["body", "path", "symbol", "context", "doc"] as const;
export type LexicalField = (typeof lexicalFields)[number];

/** BM25F parameters: weight and length normalisation `b` (0 to 1) per field, saturation `k1`. */
export interface LexicalTuning {
  readonly k1: number;
  readonly fields: Readonly<Record<LexicalField, { readonly weight: number; readonly b: number }>>;
}

export interface QueryTerm {
  /** As `domain/text` makes terms. */
  readonly term: string;
  readonly weight: number;
}

export interface ChunkQuery {
  /** The sources searched, each at the generation to read. Statistics are theirs alone. */
  readonly at: readonly At[];
  readonly filter: ChunkFilter;
  readonly terms: readonly QueryTerm[];
  readonly tuning: LexicalTuning;
  /** Unit vector of the embedder's dimensions; undefined: no vector candidates. */
  readonly vector: Float32Array | undefined;
  /** The candidates asked for from each list, by rank: `[offset, offset + limit)`. */
  readonly offset: number;
  readonly limit: number;
}

export interface Candidate {
  readonly chunkId: string;
  readonly source: string;
  readonly path: string;
  readonly facts: FileFacts;
  readonly lines: LineRange;
  /** The symbol it defines or sits in. */
  readonly symbol: CodeSymbol | undefined;
  readonly defines: readonly string[];
  readonly context: string;
  /** BM25F over the query's terms; 0 when none matches. */
  readonly lexical: number;
  /** 1-based rank in the filtered lexical list (score descending, then chunk id); 0 when in no list asked for. */
  readonly lexicalRank: number;
  /** Cosine with the query vector; 0 without one. */
  readonly vector: number;
  readonly vectorRank: number;
}

export interface ChunkMatches {
  /** The union of both lists, lexical first. */
  readonly candidates: readonly Candidate[];
  /** Rows that match a term and the filter. */
  readonly lexicalTotal: number;
  /** Rows that the filter lets through. */
  readonly filteredTotal: number;
  /** Rows visible in the sources searched, before the filter: the N of the statistics. */
  readonly documents: number;
  /** For each query term, in how many visible rows it stands. */
  readonly documentFrequency: readonly number[];
  /** Highest lexical score over the whole filtered list (for normalisation that paging doesn't move). */
  readonly lexicalMax: number;
  readonly vectorMax: number;
}

export interface Passage {
  readonly chunkId: string;
  readonly text: string;
}

export interface StoredFile {
  readonly file: FileRecord;
  readonly chunks: readonly Chunk[];
  readonly symbols: readonly CodeSymbol[];
}

export interface IndexTotals {
  readonly files: number;
  readonly chunks: number;
}

/**
 * Writes one generation that nobody sees. Calls are queued in order. At most one writer a source. After `commit`
 * all is durable and searchable under the new generation number; the flip itself is the revision store's.
 */
export interface IndexWriter {
  /** Of these text hashes, those whose vectors the index holds under the embedder's fingerprint. */
  known(textHashes: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /**
   * Replaces the file and its chunks. Idempotent within a run. Takes the buffers of `chunks` over: they are empty
   * afterwards. `vectors` has, by text hash, those that the index may not hold yet; others in it are ignored.
   */
  put(
    file: FileRecord,
    chunks: PackedChunks,
    vectors: ReadonlyMap<string, Float32Array>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Replaces what is known of a file whose content did not change; chunks stay as they are. */
  touch(file: FileRecord, signal: AbortSignal): Promise<void>;
  remove(path: string, signal: AbortSignal): Promise<void>;
  /** @throws Fault `exhausted` when the disk is full; then `abort` still works. */
  commit(signal: AbortSignal): Promise<IndexTotals>;
  /** Takes back everything written. Safe after any failure. */
  abort(): Promise<void>;
}

/**
 * Where passages are kept and found. Reads name the generation they want; rows are visible from the generation
 * that bore them until the one that ended them. Every method rejects with Fault `cancelled` or `deadline` on
 * abort, `unavailable` when the engine is away, `internal` for a damaged store (the message names the way out).
 */
export interface ChunkIndex {
  /** Searches that are worth asking for at once: callers take turns beyond. Absent where a server sees to that. */
  readonly searchesAtOnce?: number;
  /** Resolves once opened, migrated and loaded. */
  ready(signal: AbortSignal): Promise<void>;
  search(query: ChunkQuery, signal: AbortSignal): Promise<ChunkMatches>;
  /** Texts of chunks, in the order asked; an id not visible in `at` is left out. At most 1,000. */
  passages(at: readonly At[], chunkIds: readonly string[], signal: AbortSignal): Promise<readonly Passage[]>;
  /**
   * One file with its chunks in order; undefined when not visible at that generation. With `lines`, chunks and symbols
   * that share none of them are left out: a file of megabytes is asked for by a screenful.
   */
  file(at: At, path: string, signal: AbortSignal, lines?: LineRange): Promise<StoredFile | undefined>;
  /** Files ordered by path (code units), after `afterPath`, at most `limit` (10,000 at most). */
  files(at: At, afterPath: string, limit: number, signal: AbortSignal): Promise<readonly FileRecord[]>;
  /**
   * What a generation holds, counted, and the newest generation of the source that was ever committed here (0: none):
   * tells a store that was lost, or put back from an older copy, from one that is whole.
   */
  count(at: At, signal: AbortSignal): Promise<IndexTotals & { readonly latest: number }>;
  /**
   * Asked before a run writes passages of so many bytes of text. @throws Fault `exhausted`, reason DISK_SPACE, which
   * names what is needed and what is free, when the store has no room for them.
   */
  room(textBytes: number, signal: AbortSignal): Promise<void>;
  /**
   * Starts writing generation `next` of a source on top of `base` (0: nothing). Takes back what an unfinished
   * writer of that source left. @throws Fault `conflict` when a writer of the source is open.
   */
  begin(source: string, base: number, next: number, fingerprint: string, signal: AbortSignal): Promise<IndexWriter>;
  /**
   * Deletes rows that no generation at or after `oldest` of the source sees, in short transactions; `oldest`
   * of `alive` deletes the source whole. Returns the number of chunks deleted.
   */
  sweep(source: string, oldest: number, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
