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
import type { Degree, EdgeQuery, GraphStore, NodeQuery, WalkQuery } from "../../ports/mod.ts";
import type { WalkedGraph } from "./walk.ts";

/** Nodes or edges asked for in one call of the store. */
const perCall = 10_000;

export interface FoundPage {
  readonly nodes: readonly GraphNode[];
  /** Where the next page starts; undefined: this is the last. */
  readonly next: number | undefined;
}

/** Nodes by callers' id, and the files that they stand in, but for those that are among them. */
export interface PlacedGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly files: ReadonlyMap<string, GraphNode>;
}

/** The first of the nodes is the one asked about. */
export interface NodeSurroundings extends PlacedGraph {
  readonly degrees: readonly Degree[];
  readonly edges: readonly GraphEdge[];
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
      for (const node of await this.#store.nodes(this.at, stored.slice(from, from + perCall), this.#signal))
        addOnce(found, node);
    return found;
  }

  /** `nodes`, and by id the files that they stand in. */
  async placed(ids: readonly string[]): Promise<PlacedGraph> {
    const nodes = new Map<string, GraphNode>();
    const files = new Map<string, GraphNode>();
    const stored = this.#stored(ids);
    for (let from = 0; from < stored.length; from += perCall) {
      const answer = await this.#store.placed(this.at, stored.slice(from, from + perCall), this.#signal);
      for (const node of answer.nodes) addOnce(nodes, node);
      for (const file of answer.files) addOnce(files, file);
    }
    return { nodes, files };
  }

  /** A node and what is around it; undefined where it isn't there. */
  async neighbourhood(id: string, query: EdgeQuery): Promise<NodeSurroundings | undefined> {
    const [stored, ...others] = this.#stored([id]);
    if (stored === undefined) return undefined;
    // What spans sources is in several stores' nodes: they are united by asking for one thing after another.
    if (others.length > 0) return this.#united(id, query);
    const { node, degrees, edges, nodes, files } = await this.#store.neighbourhood(
      this.at,
      stored,
      query,
      this.#signal,
    );
    if (node === undefined) return undefined;
    const around = { nodes: new Map<string, GraphNode>(), files: new Map<string, GraphNode>() };
    for (const one of [node, ...nodes]) addOnce(around.nodes, one);
    for (const file of files) addOnce(around.files, file);
    const found = edges.map((edge) => between(toWireId(edge.from), toWireId(edge.to), edge));
    if (this.#sources.length === 1) return { ...around, degrees, edges: found };
    // Another source may tell of what spans sources first.
    const spanning = await this.placed([...around.nodes.keys()].filter(spansSources));
    for (const [wire, one] of spanning.nodes) around.nodes.set(wire, one);
    for (const [wire, file] of spanning.files) around.files.set(wire, file);
    return { ...around, degrees, edges: found };
  }

  async #united(id: string, query: EdgeQuery): Promise<NodeSurroundings | undefined> {
    const [degrees, edges] = await Promise.all([this.degrees(id), this.edges([id], query)]);
    const around = await this.placed([...new Set([id, ...edges.flatMap(({ from, to }) => [from, to])])]);
    return around.nodes.has(id) ? { ...around, degrees, edges } : undefined;
  }

  /** In the store; undefined where it walks none. */
  async walk(ids: readonly string[], query: WalkQuery): Promise<WalkedGraph | undefined> {
    const stored = this.#stored(ids);
    const walked = await this.#store.walk?.(this.at, stored, query, this.#signal);
    if (walked === undefined) return undefined;
    const wire = new Map(walked.ids.map((id) => [id, toWireId(id)]));
    const around = { nodes: new Map<string, GraphNode>(), files: new Map<string, GraphNode>() };
    for (const node of walked.nodes) {
      const nodeId = wire.get(node.nodeId)!;
      around.nodes.set(nodeId, under(nodeId, node));
    }
    for (const file of walked.files) addOnce(around.files, file);
    const edges = walked.edges.map((edge) => between(wire.get(edge.from)!, wire.get(edge.to)!, edge));
    return { ids: [...wire.values()], around, edges, truncated: walked.truncated };
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
        found.push(between(wire(edge.from), wire(edge.to), edge));
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

/** Of what several sources have, the first one's. */
function addOnce(nodes: Map<string, GraphNode>, node: GraphNode): void {
  const nodeId = toWireId(node.nodeId);
  if (!nodes.has(nodeId)) nodes.set(nodeId, under(nodeId, node));
}

/** Field by field, which takes a third of the time of a spread: a walk has hundreds. */
function under(nodeId: string, { source, kind, name, path, lines, symbol, attributes }: GraphNode): GraphNode {
  return { nodeId, source, kind, name, path, lines, symbol, attributes };
}

function between(from: string, to: string, { kind, confidence, evidence }: GraphEdge): GraphEdge {
  return { from, to, kind, confidence, evidence };
}
