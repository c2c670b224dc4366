import type { At } from "../../../domain/mod.ts";
import type { Degree, EdgeQuery, GraphTotals, NodeQuery, WalkQuery } from "../../../ports/mod.ts";
import type { Named } from "../thread/mod.ts";

/**
 * Nodes as their rows have them, one after another (`fromNodeRows` makes nodes of them): of each its id, the path of the
 * file that contributes it as a place in `paths`, and its row, "0" for one that is gone. One text and two lists cost a
 * third of what as many objects do between threads.
 */
export interface NodesAnswer {
  readonly ids: readonly string[];
  readonly paths: readonly string[];
  readonly by: readonly number[];
  readonly rows: string;
}

/** `nodes` and then as many of their files as `ids` goes on for. */
export interface PlacedAnswer extends NodesAnswer {
  readonly files: number;
}

export interface NeighbourhoodAnswer {
  /** The node itself, unless there is none, then the others; then their files. */
  readonly nodes: PlacedAnswer;
  readonly degrees: readonly Degree[];
  readonly edges: EdgesAnswer;
}

/**
 * Edges as numbers: for each `from` and `to` (places in `ids`), `kind | confidence << 8 | places << 16`, then path (a
 * place in `paths`), start and end of each place. A tenth of what objects cost between threads.
 */
export interface EdgesAnswer {
  readonly ids: readonly string[];
  readonly paths: readonly string[];
  readonly edges: Int32Array;
}

/** The nodes found, as they are placed or their ids alone; edges are told by places among them. */
export interface WalkAnswer {
  readonly nodes: PlacedAnswer;
  readonly edges: Omit<EdgesAnswer, "ids">;
  readonly truncated: boolean;
}

/** What the reading thread does: the graph is in its memory, nodes' rows in the file. */
export type ReaderOperations = {
  /** Reads everything. First call; when it fails, every other one fails as it did. */
  open: (argument: null, signal: AbortSignal) => Promise<void>;
  /** Answered once everything is read. */
  ready: (argument: null) => void;
  nodes: (argument: { readonly at: readonly At[]; readonly nodeIds: readonly string[] }) => NodesAnswer;
  placed: (argument: { readonly at: readonly At[]; readonly nodeIds: readonly string[] }) => PlacedAnswer;
  neighbourhood: (argument: {
    readonly at: readonly At[];
    readonly nodeId: string;
    readonly query: EdgeQuery;
  }) => NeighbourhoodAnswer;
  edges: (argument: {
    readonly at: readonly At[];
    readonly nodeIds: readonly string[];
    readonly query: EdgeQuery;
  }) => EdgesAnswer;
  /** Of each node, in the order asked: users, then tests. */
  usage: (argument: { readonly at: readonly At[]; readonly nodeIds: readonly string[] }) => Uint8Array;
  walk: (
    argument: { readonly at: readonly At[]; readonly nodeIds: readonly string[]; readonly query: WalkQuery },
    signal: AbortSignal,
  ) => Promise<WalkAnswer>;
  degrees: (argument: { readonly at: readonly At[]; readonly nodeId: string }) => Degree[];
  search: (argument: {
    readonly at: readonly At[];
    readonly query: NodeQuery;
    readonly offset: number;
    readonly limit: number;
  }) => NodesAnswer;
  count: (argument: At) => GraphTotals;
  /** A generation was committed on top of `base` and is to be read from the file. */
  committed: (argument: At & { readonly base: number }) => Promise<GraphTotals>;
  takenBack: (argument: { readonly source: string; readonly base: number }) => void;
  swept: (argument: { readonly source: string; readonly oldest: number }) => void;
  close: (argument: null) => void;
};

export const readerNames: Named<ReaderOperations> = {
  usage: true,
  walk: true,
  open: true,
  ready: true,
  nodes: true,
  placed: true,
  neighbourhood: true,
  edges: true,
  degrees: true,
  search: true,
  count: true,
  committed: true,
  takenBack: true,
  swept: true,
  close: true,
};
