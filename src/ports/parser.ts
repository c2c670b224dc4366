import type { PackedFacts } from "../domain/graph/mod.ts";
import type { LineRange, PackedChunks } from "../domain/mod.ts";

export interface ParseInput {
  /** The source it is of: part of what its chunks are known by. */
  readonly source: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ParsedFile {
  readonly skipped: false;
  /** Lower-case language name, "" when unknown. */
  readonly language: string;
  readonly lines: number;
  /** Tile the indexed lines, in order. */
  readonly chunks: PackedChunks;
  /** Lines left out of the index or cut without understanding (parse errors, lines past the limit, secrets). */
  readonly notIndexed: readonly LineRange[];
  readonly redacted: readonly LineRange[];
  /** "" or why it is partial: PARSE_ERROR, SECRET, LINE_TOO_LONG. */
  readonly partialReason: string;
  /** What the file says of the graph. */
  readonly graph: PackedFacts;
}

/** Not indexed by its content: BINARY, NOT_UTF8, GENERATED, SECRET, … */
export interface SkippedFile {
  readonly skipped: true;
  readonly reason: string;
  readonly lines: number;
  /** What a lock file says of packages; absent for nothing. */
  readonly graph?: PackedFacts;
}

/** Cuts files into passages; heavy work happens off the calling thread. */
export interface Parser {
  /** Changes whenever the same bytes may be cut differently: part of the index's fingerprint. */
  readonly version: string;
  /**
   * Never throws for any bytes: what can't be parsed is cut by lines and reported.
   * @throws Fault `cancelled` on abort; `unavailable` when the worker died (it is replaced).
   */
  parse(input: ParseInput, signal: AbortSignal): Promise<ParsedFile | SkippedFile>;
  /** Nothing more is to be cut for now: threads that have nothing to do are let go with their memory. */
  rest?(): void;
  close(): Promise<void>;
}
