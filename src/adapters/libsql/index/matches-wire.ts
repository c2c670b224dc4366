import type { FileFacts } from "../../../domain/mod.ts";
import type { ChunkMatches, ChunkQuery } from "../../../ports/mod.ts";

/**
 * A question as it crosses threads, with what its asker still has of answers before: what is said of a row or of a
 * file crosses once. Cloning it for hundreds of candidates costs both threads more than the search of a small index.
 */
export interface WireQuery {
  readonly query: ChunkQuery;
  /** Differs from those before once the asker has forgotten what it had. */
  readonly memory: number;
  /** Answers taken into that memory since the question before. One that is not named (its call was aborted) is not there. */
  readonly taken: readonly number[];
}

/** Matches as they cross threads: numbers in one array, and what the asker does not have yet of rows and files. */
export interface WireMatches extends Omit<ChunkMatches, "candidates"> {
  readonly answer: number;
  /** `numbersEach` a candidate: row, file, lexical score and rank, vector score and rank. */
  readonly numbers: Float64Array;
  readonly rows: WireRows;
  readonly files: readonly (readonly [number: number, file: WireFile])[];
}

/** In columns. */
export interface WireRows {
  readonly ids: readonly number[];
  readonly chunkIds: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** JSON of symbol, defined names and context. */
  readonly abouts: readonly string[];
}

export interface WireFile {
  readonly source: string;
  readonly path: string;
  readonly facts: FileFacts;
}

export const numbersEach = 6;
