import type { Named } from "../thread/mod.ts";
import type { WireMatches, WireQuery } from "./matches-wire.ts";

/** What the search thread does. `committed`, `takenBack` and `swept` follow what the writer did to the file. */
export type SearchOperations = {
  /** Loads the whole index. First call. */
  open: (argument: null, signal: AbortSignal) => Promise<void>;
  search: (argument: WireQuery, signal: AbortSignal) => Promise<WireMatches>;
  committed: (argument: { readonly source: string; readonly generation: number }) => Promise<void>;
  takenBack: (argument: { readonly source: string; readonly base: number }) => Promise<void>;
  swept: (argument: { readonly source: string; readonly oldest: number }) => Promise<void>;
  close: (argument: null) => void;
};

export const searchNames: Named<SearchOperations> = {
  open: true,
  search: true,
  committed: true,
  takenBack: true,
  swept: true,
  close: true,
};
