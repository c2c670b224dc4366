import type { LexicalTuning, QueryTerm } from "../../../ports/mod.ts";

/** A search in the engine's numbers; the meaning is that of `ChunkQuery`. */
export interface EngineQuery {
  readonly sources: readonly { readonly source: number; readonly generation: number }[];
  /** The filter by file; asked once a file. */
  readonly allows?: ((file: number) => boolean) | undefined;
  /** Bit mask: rows with any of these kinds. */
  readonly kinds?: number | undefined;
  readonly terms: readonly QueryTerm[];
  readonly tuning: LexicalTuning;
  readonly vector?: Float32Array | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface EngineRow {
  readonly rowId: number;
  readonly file: number;
  readonly lexical: number;
  /** 1-based; 0 when outside the part of the list asked for. */
  readonly lexicalRank: number;
  readonly vector: number;
  readonly vectorRank: number;
}

/** As `ChunkMatches`. */
export interface EngineMatches {
  readonly rows: readonly EngineRow[];
  readonly lexicalTotal: number;
  readonly filteredTotal: number;
  readonly documents: number;
  readonly documentFrequency: readonly number[];
  readonly lexicalMax: number;
  readonly vectorMax: number;
}
