import { confidences, edgeKinds, sourceOfNode } from "../../../domain/graph/mod.ts";
import { type At, alive } from "../../../domain/mod.ts";
import type { Degree, EdgeQuery, GraphTotals, NodeQuery, WalkQuery } from "../../../ports/mod.ts";
import { Connection } from "../file/mod.ts";
import { breathe } from "../thread/mod.ts";
import { SourceGraph } from "./columns/mod.ts";
import { EdgesPacker } from "./edges-packer.ts";
import { type Found, FoundNodes, type GraphAt } from "./found-nodes.ts";
import { countAll, countChange } from "./graph-totals.ts";
import { loadContributions, roomFor } from "./load-contributions.ts";
import { nodeRows } from "./node-rows.ts";
import type { EdgesAnswer, NeighbourhoodAnswer, NodesAnswer, PlacedAnswer, WalkAnswer } from "./reader-operations.ts";
import { everyKind, kindBits, TouchingEdges } from "./touching-edges.ts";
import { usageOf } from "./usage-of.ts";
import { walkColumns } from "./walk-columns.ts";

const cacheKib = 8_192;
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

  readonly #seed: number;

  /** `seed`: a random number of 32 bits, by which hashes are this reader's own. */
  constructor(file: string, seed: number) {
    this.#seed = seed;
    this.#db = new Connection(file, cacheKib);
  }

  async load(signal: AbortSignal): Promise<void> {
    const sources = this.#db.sql(
      "SELECT s.id, s.name, c.generation FROM sources s JOIN committed c ON c.source = s.id",
    );
    for (const [id, name, generation] of sources.all([]) as [number, string, number][]) {
      const graph = this.#graph(name);
      graph.reserve(roomFor(this.#db, id, generation));
      await loadContributions(this.#db, graph, id, generation, false, () => breathe(signal));
    }
  }

  nodes(at: readonly At[], nodeIds: readonly string[]): NodesAnswer {
    return nodeRows(this.#db, this.#findAll(at, nodeIds));
  }

  placed(at: readonly At[], nodeIds: readonly string[]): PlacedAnswer {
    return this.#placed(this.#findAll(at, new Set(nodeIds)));
  }

  neighbourhood(at: readonly At[], nodeId: string, query: EdgeQuery): NeighbourhoodAnswer {
    const edges = this.edges(at, [nodeId], query);
    // The ids of an answer are those of its edges' ends.
    const nodes = this.placed(at, [nodeId, ...edges.ids]);
    return { nodes, edges, degrees: this.degrees(at, nodeId) };
  }

  edges(at: readonly At[], nodeIds: readonly string[], query: EdgeQuery): EdgesAnswer {
    const { direction, limitPerNode, offset } = query;
    const wanted = { direction, kinds: kindBits(query.kinds) };
    const confidence = query.confidences.reduce((bits, each) => bits | (1 << confidences.indexOf(each)), 0);
    const packer = new EdgesPacker(query.evidence);
    const found = this.#findAll(at, new Set(nodeIds));
    const asked = new Map<SourceGraph, Set<number>>();
    for (const { graph, slot } of found) asked.set(graph, (asked.get(graph) ?? new Set()).add(slot));
    for (const { graph, slot, generation } of found) {
      const add = packer.edgesOf(graph, asked.get(graph)!);
      let passed = 0;
      for (const edge of this.#touching.of(graph, slot, generation, wanted)) {
        if (confidence !== 0 && ((confidence >>> (edge.rank & 1)) & 1) === 0) continue;
        passed += 1;
        if (passed <= offset) continue;
        if (passed > offset + limitPerNode) break;
        add(slot, edge);
      }
    }
    return packer.answer();
  }

  usage(at: readonly At[], nodeIds: readonly string[]): Uint8Array {
    const counts = new Uint8Array(2 * nodeIds.length);
    for (const [place, id] of nodeIds.entries()) {
      const found = this.#find(at, id);
      if (found !== undefined) counts.set(usageOf(found), 2 * place);
    }
    return counts;
  }

  async walk(
    at: readonly At[],
    nodeIds: readonly string[],
    query: WalkQuery,
    signal: AbortSignal,
  ): Promise<WalkAnswer> {
    const starts = this.#findAll(at, nodeIds);
    const walked = await walkColumns(this.#graphsAt(at), starts, this.#touching, query, () => breathe(signal));
    const nodes = query.placed
      ? this.#placed(walked.found)
      : { ids: walked.found.map(({ graph, slot }) => graph.ids.whole(slot)), paths: [], by: [], rows: "", files: 0 };
    return { nodes, edges: walked.edges, truncated: walked.truncated };
  }

  degrees(at: readonly At[], nodeId: string): Degree[] {
    const found = this.#find(at, nodeId);
    if (found === undefined) return [];
    const { graph, slot, generation } = found;
    const out = new Uint32Array(edgeKinds.length);
    const into = new Uint32Array(edgeKinds.length);
    const all = this.#touching.of(graph, slot, generation, { direction: "both", kinds: everyKind });
    for (const { rank, other, outgoing } of all) {
      if (outgoing) out[rank >> 1]! += 1;
      if (!outgoing || other === slot) into[rank >> 1]! += 1;
    }
    return edgeKinds.flatMap((kind, i) =>
      out[i]! + into[i]! === 0 ? [] : { kind, outgoing: out[i]!, incoming: into[i]! },
    );
  }

  search(at: readonly At[], query: NodeQuery, offset: number, limit: number): NodesAnswer {
    const from = this.#graphsAt(at);
    const key = JSON.stringify([query, from.map(({ graph, generation }) => [graph.name, generation, graph.changes])]);
    const known = this.#searches.get(key);
    const found = known ?? new FoundNodes(from, query);
    if (known === undefined && this.#searches.size >= keptSearches)
      this.#searches.delete(this.#searches.keys().next().value!);
    this.#searches.set(key, found);
    return nodeRows(this.#db, found.page(offset, limit));
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
      const held = graph.contributions.find(contribution as number);
      if (held >= 0) graph.contributions.end(held, generation);
    }
    await loadContributions(this.#db, graph, id, generation, true, async () => {});
    graph.changes += 1;
    this.#searches.clear();
    const known = this.#totals.get(source) ?? new Map<number, GraphTotals>();
    if (before !== undefined) known.set(generation, countChange(graph, base, before, generation));
    this.#totals.set(source, known);
    return this.count({ source, generation });
  }

  takenBack(source: string, base: number): void {
    const graph = this.#graphs.get(source);
    if (graph === undefined) return;
    graph.drop((by) => graph.contributions.born(by) > base);
    graph.revive(base);
    this.#tidy(graph);
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
    } else {
      graph.drop((by) => graph.contributions.dead(by) <= oldest);
      this.#tidy(graph);
    }
    this.#searches.clear();
  }

  close(): void {
    this.#db.close();
  }

  #tidy(graph: SourceGraph): void {
    if (graph.isWasteful) this.#graphs.set(graph.name, graph.compacted());
  }

  #graph(source: string): SourceGraph {
    const known = this.#graphs.get(source) ?? new SourceGraph(source, this.#seed);
    this.#graphs.set(source, known);
    return known;
  }

  #graphsAt(at: readonly At[]): GraphAt[] {
    return at.flatMap(({ source, generation }) => {
      const graph = this.#graphs.get(source);
      return graph === undefined ? [] : [{ graph, generation }];
    });
  }

  #find(at: readonly At[], nodeId: string): Found | undefined {
    const source = sourceOfNode(nodeId);
    const generation = at.find((one) => one.source === source)?.generation;
    const graph = this.#graphs.get(source);
    if (generation === undefined || graph === undefined) return undefined;
    const slot = graph.ids.find(nodeId.slice(source.length + 1));
    return slot >= 0 && graph.isShown(slot, generation) ? { graph, generation, slot } : undefined;
  }

  #findAll(at: readonly At[], nodeIds: Iterable<string>): Found[] {
    const all: Found[] = [];
    for (const id of nodeIds) {
      const found = this.#find(at, id);
      if (found !== undefined) all.push(found);
    }
    return all;
  }

  /** With the files that they stand in. */
  #placed(found: readonly Found[]): PlacedAnswer {
    const known = new Map<SourceGraph, { readonly slots: Set<number>; readonly paths: Set<string> }>();
    for (const { graph, slot } of found) {
      const of = known.get(graph) ?? { slots: new Set(), paths: new Set([""]) };
      known.set(graph, of);
      of.slots.add(slot);
    }
    const files: Found[] = [];
    for (const { graph, slot, generation } of found) {
      const { slots, paths } = known.get(graph)!;
      const path = graph.pathOf(graph.shown(slot, generation));
      if (paths.has(path)) continue;
      paths.add(path);
      const file = graph.ids.find(`file:${path}`);
      if (file >= 0 && !slots.has(file) && graph.isShown(file, generation))
        files.push({ graph, slot: file, generation });
    }
    return { ...nodeRows(this.#db, [...found, ...files]), files: files.length };
  }
}
