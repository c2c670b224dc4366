import {
  compareEdgesOf,
  edgeKinds,
  fromWireId,
  type GraphEdge,
  type GraphNode,
  parted,
  placingKinds,
  spansSources,
  toWireId,
  uniteEdges,
} from "../../domain/graph/mod.ts";
import type { At } from "../../domain/mod.ts";
import type { Degree, EdgeQuery, GraphStore, NodeQuery } from "../../ports/mod.ts";

/** Nodes or edges asked for in one call of the store. */
const perCall = 10_000;

export interface FoundPage {
  readonly nodes: readonly GraphNode[];
  /** Where the next page starts; undefined: this is the last. */
  readonly next: number | undefined;
}

/**
 * The graphs of some sources at their generations as one, under callers' ids: what spans sources is what all of them
 * say of it.
 */
export class UnitedGraph {
  readonly at: readonly At[];
  readonly #store: GraphStore;
  readonly #signal: AbortSignal;
  readonly #sources: readonly string[];

  constructor(store: GraphStore, at: readonly At[], signal: AbortSignal) {
    this.#store = store;
    this.at = at;
    this.#signal = signal;
    this.#sources = at.map(({ source }) => source);
  }

  /** By callers' id; what isn't there is left out. */
  async nodes(ids: readonly string[]): Promise<ReadonlyMap<string, GraphNode>> {
    const found = new Map<string, GraphNode>();
    const stored = this.#stored(ids);
    for (let from = 0; from < stored.length; from += perCall)
      for (const node of await this.#store.nodes(this.at, stored.slice(from, from + perCall), this.#signal)) {
        const nodeId = toWireId(node.nodeId);
        if (!found.has(nodeId)) found.set(nodeId, { ...node, nodeId });
      }
    return found;
  }

  /** As the port's, but that the edges of several nodes come in no order that counts where one spans sources. */
  async edges(ids: readonly string[], query: EdgeQuery): Promise<readonly GraphEdge[]> {
    const stored = this.#stored(ids);
    if (stored.length === ids.length && !ids.some(spansSources)) return this.#edges(stored, query);
    const { offset, limitPerNode } = query;
    if (ids.length > 1 || stored.length < 2) return uniteEdges(await this.#edges(stored, query));
    const all = { ...query, offset: 0, limitPerNode: Math.min(offset + limitPerNode, perCall) };
    const united = uniteEdges(await this.#edges(stored, all)).sort(compareEdgesOf(ids[0]!));
    return united.slice(offset, offset + limitPerNode);
  }

  async #edges(stored: readonly string[], query: EdgeQuery): Promise<GraphEdge[]> {
    const known = new Map<string, string>();
    const wire = (id: string): string => {
      const made = known.get(id) ?? toWireId(id);
      known.set(id, made);
      return made;
    };
    const found: GraphEdge[] = [];
    for (let from = 0; from < stored.length; from += perCall)
      for (const edge of await this.#store.edges(this.at, stored.slice(from, from + perCall), query, this.#signal))
        found.push({ ...edge, from: wire(edge.from), to: wire(edge.to) });
    return found;
  }

  async degrees(id: string): Promise<readonly Degree[]> {
    const sums = new Map<string, { outgoing: number; incoming: number }>();
    for (const stored of this.#stored([id]))
      for (const { kind, outgoing, incoming } of await this.#store.degrees(this.at, stored, this.#signal)) {
        const sum = sums.get(kind) ?? { outgoing: 0, incoming: 0 };
        sums.set(kind, { outgoing: sum.outgoing + outgoing, incoming: sum.incoming + incoming });
      }
    return edgeKinds.flatMap((kind) => {
      const sum = sums.get(kind);
      return sum === undefined ? [] : { kind, ...sum };
    });
  }

  /** A page of found nodes that `wanted` lets through, each once whatever the number of sources that have it. */
  async search(
    query: NodeQuery,
    offset: number,
    limit: number,
    wanted: (node: GraphNode) => boolean = () => true,
  ): Promise<FoundPage> {
    const nodes: GraphNode[] = [];
    for (let from = offset; ; ) {
      const asked = Math.min(perCall, limit + 1);
      const page = await this.#store.search(this.at, query, from, asked, this.#signal);
      for (const [i, node] of page.entries()) {
        if (!wanted(node) || (await this.#isElsewhere(node, query.orphans))) continue;
        if (nodes.length === limit) return { nodes, next: from + i };
        nodes.push({ ...node, nodeId: toWireId(node.nodeId) });
      }
      if (page.length < asked) return { nodes, next: undefined };
      from += page.length;
    }
  }

  /** Whether a source before this one shows the node already, or, of orphans, another one uses it. */
  async #isElsewhere({ nodeId, source }: GraphNode, orphans: boolean): Promise<boolean> {
    const id = toWireId(nodeId);
    if (this.#sources.length < 2 || !spansSources(id)) return false;
    const before = this.#sources.slice(0, this.#sources.indexOf(source));
    const [, kind, rest] = parted(nodeId);
    const others = before.map((name) => `${name}:${kind}:${rest}`);
    if ((await this.#store.nodes(this.at, others, this.#signal)).length > 0) return true;
    return orphans && (await this.degrees(id)).some((each) => each.incoming > 0 && !placingKinds.has(each.kind));
  }

  #stored(ids: readonly string[]): readonly string[] {
    return ids.flatMap((id) => fromWireId(id, this.#sources));
  }
}
