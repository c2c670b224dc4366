import {
  compareEdgesOf,
  compareFound,
  edgeKinds,
  type GraphEdge,
  type GraphNode,
  matchesWords,
  nameText,
  placingKinds,
  uniteEdges,
} from "../../domain/graph/mod.ts";
import type { Contribution, Degree, EdgeQuery, GraphTotals, NodeQuery } from "../../ports/mod.ts";

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What one generation of a source comes to: contributions united. */
export class GraphView {
  readonly nodes = new Map<string, GraphNode>();
  readonly #edges: readonly GraphEdge[];
  readonly #touching = new Map<string, GraphEdge[]>();

  constructor(contributions: ReadonlyMap<string, Contribution>) {
    const paths = [...contributions.keys()].sort(byPath);
    for (const path of paths)
      for (const node of contributions.get(path)!.nodes)
        if (!this.nodes.has(node.nodeId)) this.nodes.set(node.nodeId, node);
    const said = paths.flatMap((path) => contributions.get(path)!.edges);
    this.#edges = uniteEdges(said).filter(({ from, to }) => this.nodes.has(from) && this.nodes.has(to));
    for (const edge of this.#edges) {
      for (const id of new Set([edge.from, edge.to])) {
        const touching = this.#touching.get(id);
        if (touching === undefined) this.#touching.set(id, [edge]);
        else touching.push(edge);
      }
    }
    for (const [id, touching] of this.#touching) touching.sort(compareEdgesOf(id));
  }

  totals(): GraphTotals {
    return { nodes: this.nodes.size, edges: this.#edges.length };
  }

  edges(nodeId: string, { direction, kinds, confidences, offset, limitPerNode }: EdgeQuery): GraphEdge[] {
    const wanted = (edge: GraphEdge) =>
      (direction === "both" || (direction === "outgoing" ? edge.from : edge.to) === nodeId) &&
      (kinds.length === 0 || kinds.includes(edge.kind)) &&
      (confidences.length === 0 || confidences.includes(edge.confidence));
    const touching = this.#touching.get(nodeId) ?? [];
    return touching.filter(wanted).slice(offset, offset + limitPerNode);
  }

  degrees(nodeId: string): Degree[] {
    const touching = this.#touching.get(nodeId) ?? [];
    return edgeKinds.flatMap((kind) => {
      const same = touching.filter((edge) => edge.kind === kind);
      const outgoing = same.filter(({ from }) => from === nodeId).length;
      const incoming = same.filter(({ to }) => to === nodeId).length;
      return same.length === 0 ? [] : { kind, outgoing, incoming };
    });
  }

  search({ kinds, path, orphans, words }: NodeQuery): GraphNode[] {
    const lower = words.map((word) => word.toLowerCase());
    return [...this.nodes.values()].filter(
      (node) =>
        (kinds.length === 0 || kinds.includes(node.kind)) &&
        (path === "" || node.path === path) &&
        matchesWords(nameText(node.name, node.symbol?.qualifiedName ?? ""), node.path.toLowerCase(), lower) &&
        (!orphans || !this.#isUsed(node.nodeId)),
    );
  }

  #isUsed(nodeId: string): boolean {
    const touching = this.#touching.get(nodeId) ?? [];
    return touching.some(({ from, to, kind }) => to === nodeId && from !== nodeId && !placingKinds.has(kind));
  }
}

export function sortFound(nodes: GraphNode[], words: readonly string[]): GraphNode[] {
  return nodes.sort(compareFound(words));
}
