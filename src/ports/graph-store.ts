import type {
  Confidence,
  EdgeKind,
  GraphEdge,
  GraphNode,
  NodeKind,
  PackedFacts,
  WalkLimits,
} from "../domain/graph/mod.ts";
import type { At } from "../domain/mod.ts";
import type { CypherQueries } from "./cypher.ts";

export type EdgeDirection = "outgoing" | "incoming" | "both";

export interface EdgeQuery {
  readonly direction: EdgeDirection;
  /** Empty: every kind. */
  readonly kinds: readonly EdgeKind[];
  /** Empty: both. */
  readonly confidences: readonly Confidence[];
  /** At most so many edges for each node asked about (1 to 10,000), in the order promised. */
  readonly limitPerNode: number;
  /** Of one node's edges, the position to start after; 0 from the first. Only with one node. */
  readonly offset: number;
  /** Whether the places are wanted; without them `evidence` may come back empty, and walks are faster. */
  readonly evidence: boolean;
}

export interface NodeQuery {
  /**
   * Words of a name; every one must begin a word of the name or of the qualified name, or stand in the path
   * (`matchesWords`, whatever the case). Empty: all.
   */
  readonly words: readonly string[];
  readonly kinds: readonly NodeKind[];
  /** Only nodes that stand in this file; "": anywhere. */
  readonly path: string;
  /** Only nodes that nothing points at but themselves and what contains, defines or declares them. */
  readonly orphans: boolean;
}

export interface Degree {
  readonly kind: EdgeKind;
  readonly outgoing: number;
  readonly incoming: number;
}

/** What a file contributes: replaced whole when it is put again. */
export interface Contribution {
  readonly nodes: readonly GraphNode[];
  /**
   * Evidence of each names this file alone. Either end may be a node that another file contributes; an edge is seen
   * only where both of its ends are.
   */
  readonly edges: readonly GraphEdge[];
}

/** Edges by which one thing uses another. */
export const usingKinds: readonly EdgeKind[] = ["imports", "calls", "references", "extends", "implements"];
/** More users, or tests, than this are not counted: who asks wants to know whether a thing is used much. */
export const mostCounted = 32;

/** How much a node is used: its incoming edges from other nodes, `mostCounted` at most. */
export interface Usage {
  /** Exact ones of `usingKinds`. */
  readonly users: number;
  readonly tests: number;
}

export interface GraphTotals {
  readonly nodes: number;
  readonly edges: number;
}

/** Nodes, and the nodes of the files they stand in, which tell more of them; a file that is among the nodes not again. */
export interface PlacedNodes {
  readonly nodes: readonly GraphNode[];
  readonly files: readonly GraphNode[];
}

/** A node and what is around it. `nodes` are the other ends of the edges. */
export interface Neighbourhood extends PlacedNodes {
  /** Undefined for one that is not visible: then all the rest is empty. */
  readonly node: GraphNode | undefined;
  readonly degrees: readonly Degree[];
  readonly edges: readonly GraphEdge[];
}

export interface WalkQuery extends WalkLimits {
  readonly direction: EdgeDirection;
  /** Of edges; empty: every kind. */
  readonly kinds: readonly EdgeKind[];
  /** Whether nodes and files are wanted, or ids alone. */
  readonly placed: boolean;
}

/** What a walk found. */
export interface WalkedNodes extends PlacedNodes {
  /** In the order found, those started from first. A node that spans sources has the id of the first that shows it. */
  readonly ids: readonly string[];
  /** Between those, in the order met. */
  readonly edges: readonly GraphEdge[];
  /** Whether there was more within the depth. */
  readonly truncated: boolean;
}

/**
 * Writes one generation that nobody sees. First what files say (`stage`, `remove`), then what it comes to (`put`): the
 * linker reads staged facts back through the writer, which sees its own generation. After `commit` all is durable
 * under the new generation number; the flip itself is the revision store's.
 */
export interface GraphWriter {
  /** Replaces a file's facts, whose bytes it takes over: they are empty afterwards. Idempotent within a run. */
  stage(path: string, facts: PackedFacts, signal: AbortSignal): Promise<void>;
  /** Takes out a file's facts and all it contributed. */
  remove(path: string, signal: AbortSignal): Promise<void>;
  /**
   * Replaces what a file contributed. A node that several files contribute (a package) stays until the last lets go,
   * and looks as the first of them, by path, has it. What belongs to no file is put under the path "".
   */
  put(path: string, contribution: Contribution, signal: AbortSignal): Promise<void>;
  /** Facts of files, by path; a path without facts is left out. */
  facts(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PackedFacts>>;
  /** Their outlines alone: a fraction of the text. */
  outlines(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Paths of all files with facts, after `afterPath`, by code units, at most `limit`. */
  paths(afterPath: string, limit: number, signal: AbortSignal): Promise<readonly string[]>;
  /** Files whose `factNames` (domain/graph) have any of these names. */
  mentioning(names: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Files that define any of these simple names, by name; sorted by path. */
  defining(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  commit(signal: AbortSignal): Promise<GraphTotals>;
  /** Takes back everything written. Safe after any failure. */
  abort(): Promise<void>;
}

/**
 * Where the graph is kept. Reads name the generations they want, one a source; edges between sources do not exist.
 * Rejections as for `ChunkIndex`.
 */
export interface GraphStore {
  /** Statements of callers' own, where the store takes any and its operator has switched them on. */
  readonly cypher?: CypherQueries | undefined;
  ready(signal: AbortSignal): Promise<void>;
  /**
   * Nodes in the order asked; an id not visible in `at` is left out. At most 10,000, else Fault `invalid`. `patient`: a
   * run asks, which had better wait for a server that comes back than fail; else somebody waits for the answer.
   */
  nodes(
    at: readonly At[],
    nodeIds: readonly string[],
    signal: AbortSignal,
    patient?: boolean,
  ): Promise<readonly GraphNode[]>;
  /**
   * Edges that touch the nodes, each once, contributions of several files united (exact if one of them is; evidence by
   * path, then line, at most five). Per node ordered by kind (as `edgeKinds`), exact first, then the other end's id,
   * outgoing first; node after node, an edge at the first that it touches. An edge from a node to itself goes both
   * ways. At most 10,000 nodes, else Fault `invalid`.
   */
  edges(
    at: readonly At[],
    nodeIds: readonly string[],
    query: EdgeQuery,
    signal: AbortSignal,
  ): Promise<readonly GraphEdge[]>;
  /** Of each node, in the order asked; nothing uses one that is not visible. At most 10,000, else Fault `invalid`. */
  usage(at: readonly At[], nodeIds: readonly string[], signal: AbortSignal): Promise<readonly Usage[]>;
  /** Kinds without any edge left out; in the order of `edgeKinds`. Empty for a node that is not visible. */
  degrees(at: readonly At[], nodeId: string, signal: AbortSignal): Promise<readonly Degree[]>;
  /** `nodes` of the ids, each once, and then of their files, in one call. */
  placed(at: readonly At[], nodeIds: readonly string[], signal: AbortSignal): Promise<PlacedNodes>;
  /** `nodes`, `degrees` and `edges` of one node, and `placed` of all of them, in one call. */
  neighbourhood(at: readonly At[], nodeId: string, query: EdgeQuery, signal: AbortSignal): Promise<Neighbourhood>;
  /**
   * What `walkSteps` (domain/graph) finds from nodes, in one call: for a store whose calls cost more than its answers.
   * Without it `edges` is asked for a part of a level at a time. What spans sources is walked as one node in all of them.
   */
  walk?(at: readonly At[], nodeIds: readonly string[], query: WalkQuery, signal: AbortSignal): Promise<WalkedNodes>;
  /** Ordered as `compareFound`: the whole name equals the words joined, shorter names first, id. At most 10,000. */
  search(
    at: readonly At[],
    query: NodeQuery,
    offset: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly GraphNode[]>;
  count(at: At, signal: AbortSignal): Promise<GraphTotals>;
  /** As `ChunkIndex.begin`: one writer a source; takes back what an unfinished one left. */
  begin(source: string, base: number, next: number, signal: AbortSignal): Promise<GraphWriter>;
  /** As `ChunkIndex.sweep`. Returns how many nodes and edges were deleted, as the store keeps them. */
  sweep(source: string, oldest: number, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
