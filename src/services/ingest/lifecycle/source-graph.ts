import { type EdgeKind, type GraphEdge, type GraphNode, nodeId } from "../../../domain/graph/mod.ts";
import type { ArtifactType, At } from "../../../domain/mod.ts";
import type { ChunkIndex, EdgeQuery, GraphStore } from "../../../ports/mod.ts";
import { isKeptOut, servedFiles } from "../plan-changes.ts";

/** What the report needs to know of a file. */
export interface KnownFile {
  readonly artifactType: ArtifactType;
  readonly subsystem: string;
  /** Unix ms; 0 when unknown. */
  readonly updatedAt: number;
}

/** Nodes whose edges are asked for in one call: few enough that taking the answer in holds up nobody. */
const perCall = 500;
/** The port's most: of one node, for which more would be a table and no file. */
const edgesPerNode = 10_000;

/** One generation of a source, its files and its graph, as the lifecycle report reads them. */
export class SourceGraph {
  readonly at: At;
  readonly #store: GraphStore;
  readonly #signal: AbortSignal;

  constructor(store: GraphStore, at: At, signal: AbortSignal) {
    this.#store = store;
    this.at = at;
    this.#signal = signal;
  }

  fileId(path: string): string {
    return nodeId(this.at.source, "file", path);
  }

  async nodes(ids: Iterable<string>): Promise<readonly GraphNode[]> {
    const found: GraphNode[] = [];
    for (const some of slices([...ids])) found.push(...(await this.#store.nodes([this.at], some, this.#signal)));
    return found;
  }

  async outgoing(ids: readonly string[], kinds: readonly EdgeKind[]): Promise<readonly GraphEdge[]> {
    const found: GraphEdge[] = [];
    for (const some of slices(ids)) found.push(...(await this.#edges(some, { direction: "outgoing", kinds })));
    return found;
  }

  /** Whether any such edge leads to one of them. */
  async anyIncoming(ids: readonly string[], kinds: readonly EdgeKind[]): Promise<boolean> {
    for (const some of slices(ids)) {
      const edges = await this.#edges(some, { direction: "incoming", kinds, limitPerNode: 1 });
      if (edges.length > 0) return true;
    }
    return false;
  }

  #edges(ids: readonly string[], query: Partial<EdgeQuery>): Promise<readonly GraphEdge[]> {
    const every = {
      direction: "both",
      kinds: [],
      confidences: [],
      limitPerNode: edgesPerNode,
      offset: 0,
      evidence: false,
    } as const;
    return this.#store.edges([this.at], ids, { ...every, ...query }, this.#signal);
  }
}

function* slices(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += perCall) yield ids.slice(from, from + perCall);
}

/** The indexed files of a generation, by path, in order. */
export async function knownFiles(
  index: ChunkIndex,
  { source, generation }: At,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KnownFile>> {
  const files = new Map<string, KnownFile>();
  for await (const file of servedFiles(index, source, generation, signal)) {
    const { path, artifactType, subsystem, updatedAt } = file;
    if (!isKeptOut(file)) files.set(path, { artifactType, subsystem, updatedAt });
  }
  return files;
}
