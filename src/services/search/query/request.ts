import type { ChunkFilter } from "../../../ports/mod.ts";

export type SearchMode = "hybrid" | "lexical" | "semantic";

/** A search as the handler works on it, checked. */
export interface SearchAsk {
  readonly query: string;
  readonly mode: SearchMode;
  readonly profile: string;
  readonly filter: ChunkFilter;
  /** Sources asked for; empty: all that the caller may see. */
  readonly sources: readonly string[];
  readonly minGeneration: ReadonlyMap<string, number>;
  readonly pageSize: number;
  readonly pageToken: string;
  /** What a page token is bound to: the request without its page. */
  readonly pageArgs: unknown;
  readonly full: boolean;
  readonly explain: boolean;
  readonly includeGraph: boolean;
  readonly maxContentBytes: number;
}

export interface ArtifactAsk {
  readonly source: string;
  readonly path: string;
  /** `end` of 0: to the end. */
  readonly lines: { readonly start: number; readonly end: number } | undefined;
  readonly minGeneration: ReadonlyMap<string, number>;
}
