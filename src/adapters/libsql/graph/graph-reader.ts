import { confidences, edgeKinds, sourceOfNode } from "../../../domain/graph/mod.ts";
import { type At, alive } from "../../../domain/mod.ts";
import type { Degree, EdgeQuery, GraphTotals, NodeQuery } from "../../../ports/mod.ts";
import { Connection } from "../file/mod.ts";
import { breathe } from "../thread/mod.ts";
import { EdgesPacker } from "./edges-packer.ts";
import { type Found, FoundNodes } from "./found-nodes.ts";
import { countAll, countChange } from "./graph-totals.ts";
import { loadContributions } from "./load-contributions.ts";
import { nodeRow } from "./migrations.ts";
import type { EdgesAnswer, NodeAnswer } from "./reader-operations.ts";
import { SourceGraph } from "./source-graph.ts";
import { TouchingEdges } from "./touching-edges.ts";

const cacheKib = 16_384;
/** Searches whose results are kept for their next pages. */
const keptSearches = 8;

/** Answers reads of the graph from memory, and of nodes' rows from the file. */
export class GraphReader {
  readonly #db: Connection;
  readonly #graphs = new Map<string, SourceGraph>();
  readonly #touching = new TouchingEdges();
  readonly #searches = new Map<string, FoundNodes>();
  /** Totals by source, of the generations counted last. */
  readonly #totals = new Map<string, Map<number, GraphTotals>>();

  constructor(file: string) {
    this.#db = new Connection(file, cacheKib);
  }

  async load(signal: AbortSignal): Promise<void> {
    const sources = this.#db.sql(
      "SELECT s.id, s.name, c.generation FROM sources s JOIN committed c ON c.source = s.id",
    );
    for (const [id, name, generation] of sources.all([]) as [number, string, number][])
      await loadContributions(this.#db, this.#graph(name), id, generation, false, () => breathe(signal));
  }

  nodes(at: readonly At[], nodeIds: readonly string[]): NodeAnswer[] {
    const found = nodeIds.flatMap((id) => this.#find(at, id) ?? []);
    return this.#answers(found);
  }

  edges(at: readonly At[], nodeIds: readonly string[], query: EdgeQuery): EdgesAnswer {
    const { direction, limitPerNode, offset } = query;
    const kinds = new Set(query.kinds.map((kind) => edgeKinds.indexOf(kind)));
    const confidence = new Set(query.confidences.map((each) => confidences.indexOf(each)));
    const packer = new EdgesPacker(query.evidence);
    for (const nodeId of new Set(nodeIds)) {
      const found = this.#find(at, nodeId);
      if (found === undefined) continue;
      const { graph, slot, generation } = found;
      let passed = 0;
      for (const edge of this.#touching.of(graph, slot, generation)) {
        const { other, outgoing, rank } = edge;
        if (direction !== "both" && other !== slot && outgoing !== (direction === "outgoing")) continue;
        if (kinds.size > 0 && !kinds.has(rank >> 1)) continue;
        if (confidence.size > 0 && !confidence.has(rank & 1)) continue;
        passed += 1;
        if (passed <= offset) continue;
        if (passed > offset + limitPerNode) break;
        packer.add(graph, slot, edge);
      }
    }
    return packer.answer();
  }

  degrees(at: readonly At[], nodeId: string): Degree[] {
    const found = this.#find(at, nodeId);
    if (found === undefined) return [];
    const out = new Uint32Array(edgeKinds.length);
    const into = new Uint32Array(edgeKinds.length);
    for (const { rank, other, outgoing } of this.#touching.of(found.graph, found.slot, found.generation)) {
      if (outgoing) out[rank >> 1]! += 1;
      if (!outgoing || other === found.slot) into[rank >> 1]! += 1;
    }
    return edgeKinds.flatMap((kind, i) =>
      out[i]! + into[i]! === 0 ? [] : { kind, outgoing: out[i]!, incoming: into[i]! },
    );
  }

  search(at: readonly At[], query: NodeQuery, offset: number, limit: number): NodeAnswer[] {
    const from = at.flatMap(({ source, generation }) => {
      const graph = this.#graphs.get(source);
      return graph === undefined ? [] : [{ graph, generation }];
    });
    const key = JSON.stringify([query, from.map(({ graph, generation }) => [graph.name, generation, graph.changes])]);
    const known = this.#searches.get(key);
    const found = known ?? new FoundNodes(from, query);
    if (known === undefined && this.#searches.size >= keptSearches)
      this.#searches.delete(this.#searches.keys().next().value!);
    this.#searches.set(key, found);
    return this.#answers(found.page(offset, limit));
  }

  count({ source, generation }: At): GraphTotals {
    const graph = this.#graphs.get(source);
    if (graph === undefined) return { nodes: 0, edges: 0 };
    const known = this.#totals.get(source) ?? new Map<number, GraphTotals>();
    this.#totals.set(source, known);
    const totals = known.get(generation) ?? countAll(graph, generation);
    known.set(generation, totals);
    // The present and the one before it.
    if (known.size > 2) known.delete(Math.min(...known.keys()));
    return totals;
  }

  async committed(source: string, base: number, generation: number): Promise<GraphTotals> {
    const before = this.#totals.get(source)?.get(base);
    const graph = this.#graph(source);
    const id = this.#db.number("SELECT id FROM sources WHERE name = ?", [source]);
    const ended = this.#db.sql("SELECT id FROM contributions WHERE source = ? AND dead = ?").all([id, generation]);
    for (const [contribution] of ended) {
      const held = graph.contributions.get(contribution as number);
      if (held !== undefined) held.dead = generation;
    }
    await loadContributions(this.#db, graph, id, generation, true, async () => {});
    graph.changes += 1;
    this.#searches.clear();
    const totals = before === undefined ? undefined : this.#changed(graph, base, before, generation);
    const known = this.#totals.get(source) ?? new Map<number, GraphTotals>();
    if (totals !== undefined) known.set(generation, totals);
    this.#totals.set(source, known);
    return this.count({ source, generation });
  }

  #changed(graph: SourceGraph, base: number, before: GraphTotals, generation: number): GraphTotals {
    const touched = [...graph.contributions.values()].filter(
      ({ born, dead }) => born === generation || dead === generation,
    );
    return countChange(graph, base, before, generation, touched);
  }

  takenBack(source: string, base: number): void {
    const graph = this.#graphs.get(source);
    if (graph === undefined) return;
    graph.drop(({ born }) => born > base);
    graph.revive(base);
    this.#searches.clear();
    const known = this.#totals.get(source);
    for (const generation of known?.keys() ?? []) if (generation > base) known?.delete(generation);
  }

  swept(source: string, oldest: number): void {
    const graph = this.#graphs.get(source);
    if (graph === undefined) return;
    if (oldest === alive) {
      this.#graphs.delete(source);
      this.#totals.delete(source);
    } else graph.drop(({ dead }) => dead <= oldest);
    this.#searches.clear();
  }

  close(): void {
    this.#db.close();
  }

  #graph(source: string): SourceGraph {
    const known = this.#graphs.get(source) ?? new SourceGraph(source);
    this.#graphs.set(source, known);
    return known;
  }

  #find(at: readonly At[], nodeId: string): Found | undefined {
    const source = sourceOfNode(nodeId);
    const generation = at.find((one) => one.source === source)?.generation;
    const graph = this.#graphs.get(source);
    if (generation === undefined || graph === undefined) return undefined;
    const slot = graph.slot(nodeId.slice(source.length + 1));
    return slot !== undefined && graph.isShown(slot, generation) ? { graph, generation, slot } : undefined;
  }

  /** Rows of many nodes in one statement. */
  #answers(found: readonly Found[]): NodeAnswer[] {
    const wanted = found.map(({ graph, slot, generation }) => {
      const { by, ordinal } = graph.shown(slot, generation)!;
      return {
        nodeId: `${graph.name}:${graph.ids[slot]}`,
        source: graph.name,
        by: by.path,
        row: nodeRow(by.id, ordinal),
      };
    });
    const rows = new Map<number, string>();
    const read = this.#db.sql("SELECT n.id, n.data FROM json_each(?) w JOIN nodes n ON n.id = w.value");
    for (const [id, data] of read.all([JSON.stringify(wanted.map(({ row }) => row))]))
      rows.set(id as number, data as string);
    return wanted.flatMap(({ nodeId, source, by, row }) => {
      const data = rows.get(row);
      return data === undefined ? [] : [[nodeId, source, by, data] as const];
    });
  }
}
