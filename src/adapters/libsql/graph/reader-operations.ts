import type { At } from "../../../domain/mod.ts";
import type { Degree, EdgeQuery, GraphTotals, NodeQuery } from "../../../ports/mod.ts";

/** A node as its row has it: `fromNodeRow` makes one of it. */
export type NodeAnswer = readonly [nodeId: string, source: string, by: string, row: string];

/**
 * Edges as numbers: for each `from` and `to` (places in `ids`), `kind | confidence << 8 | places << 16`, then path (a
 * place in `paths`), start and end of each place. A tenth of what objects cost between threads.
 */
export interface EdgesAnswer {
  readonly ids: readonly string[];
  readonly paths: readonly string[];
  readonly edges: Int32Array;
}

/** What the reading thread does: the graph is in its memory, nodes' rows in the file. */
export type ReaderOperations = {
  open: (argument: null, signal: AbortSignal) => Promise<void>;
  nodes: (argument: { readonly at: readonly At[]; readonly nodeIds: readonly string[] }) => NodeAnswer[];
  edges: (argument: {
    readonly at: readonly At[];
    readonly nodeIds: readonly string[];
    readonly query: EdgeQuery;
  }) => EdgesAnswer;
  degrees: (argument: { readonly at: readonly At[]; readonly nodeId: string }) => Degree[];
  search: (argument: {
    readonly at: readonly At[];
    readonly query: NodeQuery;
    readonly offset: number;
    readonly limit: number;
  }) => NodeAnswer[];
  count: (argument: At) => GraphTotals;
  /** A generation was committed on top of `base` and is to be read from the file. */
  committed: (argument: At & { readonly base: number }) => Promise<GraphTotals>;
  takenBack: (argument: { readonly source: string; readonly base: number }) => void;
  swept: (argument: { readonly source: string; readonly oldest: number }) => void;
  close: (argument: null) => void;
};
