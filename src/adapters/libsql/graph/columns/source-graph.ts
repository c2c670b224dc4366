import { linkSize } from "../links.ts";
import type { NodeNames } from "../node-row.ts";
import { ContributionTable, type HeldContribution } from "./contribution-table.ts";
import { EdgeTable } from "./edge-table.ts";
import { NameTexts } from "./name-texts.ts";
import { NodeIds } from "./node-ids.ts";
import { NodeTable } from "./node-table.ts";

/** How much is to come, so that columns are made in their size. */
export interface Reserve {
  readonly contributions: number;
  readonly nodes: number;
  readonly edges: number;
}

const none = -1;
/** Fewer nodes and edges than this that were taken out are not worth building anew for. */
const fewGone = 1_024;

/**
 * A source's graph in memory, all generations together: what each file contributed is seen from the generation that
 * bore it until the one that ended it. A changed file is appended, and what is taken out stays where it is, unseen: a
 * change costs what the file holds. `compacted` builds the tables anew once a quarter of them is of no use.
 */
export class SourceGraph {
  readonly name: string;
  readonly contributions = new ContributionTable();
  readonly ids: NodeIds;
  readonly nodes = new NodeTable();
  readonly edges = new EdgeTable();
  readonly texts = new NameTexts();
  readonly #seed: number;
  #gone = 0;
  /** Grows with every change: what was computed before it may not hold any more. */
  changes = 0;

  constructor(name: string, seed: number) {
    this.name = name;
    this.#seed = seed;
    this.ids = new NodeIds(name, seed);
  }

  reserve({ contributions, nodes, edges }: Reserve): void {
    this.contributions.reserve(contributions);
    this.ids.reserve(nodes);
    this.nodes.reserve(nodes);
    this.nodes.first.reach(nodes);
    this.texts.reserve(nodes);
    this.edges.reserve(edges);
    this.edges.firstOut.reach(nodes);
    this.edges.firstIn.reach(nodes);
  }

  /** The node that a generation shows in a slot, the first contributor's by path; -1 for none. */
  shown(slot: number, generation: number): number {
    const { contributions, nodes } = this;
    let best = none;
    for (let at = nodes.first.values[slot]! - 1; at >= 0; at = nodes.next.values[at]! - 1) {
      const by = nodes.by.values[at]!;
      if (!contributions.isShown(by, generation)) continue;
      if (best === none || contributions.paths[by]! < contributions.paths[nodes.by.values[best]!]!) best = at;
    }
    return best;
  }

  isShown(slot: number, generation: number): boolean {
    const { contributions, nodes } = this;
    for (let at = nodes.first.values[slot]! - 1; at >= 0; at = nodes.next.values[at]! - 1)
      if (contributions.isShown(nodes.by.values[at]!, generation)) return true;
    return false;
  }

  pathOf(node: number): string {
    return this.nodes.path(node, this.contributions.paths[this.nodes.by.values[node]!]!);
  }

  /** Where nodes of a path are: ranges of numbers, in which others may be too. */
  nodesAt(path: string): readonly (readonly [from: number, to: number])[] {
    const { paths, firstNode } = this.contributions;
    const ranges: [number, number][] = [];
    for (const [by, one] of paths.entries())
      if (one === path) ranges.push([firstNode.values[by]!, firstNode.values[by + 1]!]);
    for (const [at, one] of this.nodes.otherPaths) if (one === path) ranges.push([at, at + 1]);
    return ranges;
  }

  /**
   * Calls back for every edge of a node in one direction that a generation shows, of kinds whose bit is set; both ends
   * are shown.
   */
  eachEdge(
    slot: number,
    outgoing: boolean,
    generation: number,
    kinds: number,
    told: (edge: number, other: number) => void,
  ): void {
    const { edges, contributions } = this;
    const next = (outgoing ? edges.nextOut : edges.nextIn).values;
    const others = (outgoing ? edges.to : edges.from).values;
    const first = (outgoing ? edges.firstOut : edges.firstIn).values;
    for (let edge = (first[slot] ?? 0) - 1; edge >= 0; edge = next[edge]! - 1) {
      if (((kinds >>> (edges.rank(edge) >> 1)) & 1) === 0) continue;
      if (!contributions.isShown(edges.by.values[edge]!, generation)) continue;
      const other = others[edge]!;
      if (this.isShown(other, generation)) told(edge, other);
    }
  }

  add(row: HeldContribution, ids: readonly string[], names: readonly NodeNames[], links: Int32Array): void {
    const { contributions, nodes, edges } = this;
    const by = contributions.add(row, nodes.count, edges.count);
    const slots = new Int32Array(ids.length);
    for (let at = 0; at < ids.length; at++) slots[at] = this.#slotFor(ids[at]!);
    for (const [ordinal, one] of names.entries()) {
      nodes.add(slots[ordinal]!, by, one, row.path);
      this.texts.add(one.name, one.qualifiedName);
    }
    for (let at = 0; at < links.length; at += linkSize(links[at + 2]!))
      edges.add(slots[links[at]!]!, slots[links[at + 1]!]!, by, links, at);
    contributions.close(nodes.count, edges.count);
    this.changes += 1;
  }

  /** Takes contributions out as if they had never been. */
  drop(which: (contribution: number) => boolean): void {
    const { contributions } = this;
    const { firstNode, firstEdge } = contributions;
    let dropped = 0;
    for (let by = 0; by < contributions.count; by++) {
      if (contributions.isGone(by) || !which(by)) continue;
      contributions.takeOut(by);
      dropped += 1;
      this.#gone += firstNode.values[by + 1]! - firstNode.values[by]!;
      this.#gone += firstEdge.values[by + 1]! - firstEdge.values[by]!;
    }
    if (dropped > 0) this.changes += 1;
  }

  /** Contributions that ended after a generation live on. */
  revive(base: number): void {
    this.contributions.revive(base);
    this.changes += 1;
  }

  get isWasteful(): boolean {
    return this.#gone > fewGone && this.#gone * 4 > this.nodes.count + this.edges.count;
  }

  /** The same without what was taken out. */
  compacted(): SourceGraph {
    const made = new SourceGraph(this.name, this.#seed);
    const { contributions, nodes, edges } = this;
    const kept = nodes.count + edges.count - this.#gone;
    const part = kept / (nodes.count + edges.count);
    made.reserve({
      contributions: contributions.count - contributions.gone,
      nodes: Math.ceil(nodes.count * part),
      edges: Math.ceil(edges.count * part),
    });
    made.changes = this.changes + 1;
    /** New slots, plus one, by old ones. */
    const slots = new Int32Array(this.ids.count);
    const slot = (old: number): number => {
      if (slots[old] === 0) slots[old] = made.#slotFor(this.ids.bare(old)) + 1;
      return slots[old]! - 1;
    };
    for (let old = 0; old < contributions.count; old++) {
      if (contributions.isGone(old)) continue;
      const by = made.contributions.add(contributions.at(old), made.nodes.count, made.edges.count);
      for (let at = contributions.firstNode.values[old]!; at < contributions.firstNode.values[old + 1]!; at++) {
        made.nodes.copy(nodes, at, slot(nodes.slots.values[at]!), by);
        made.texts.copy(this.texts, at);
      }
      const { firstEdge } = contributions;
      made.edges.copy(edges, firstEdge.values[old]!, firstEdge.values[old + 1]!, by, slot);
      made.contributions.close(made.nodes.count, made.edges.count);
    }
    return made;
  }

  #slotFor(id: string): number {
    const slot = this.ids.add(id);
    this.nodes.first.reach(slot + 1);
    this.edges.firstOut.reach(slot + 1);
    this.edges.firstIn.reach(slot + 1);
    return slot;
  }
}
