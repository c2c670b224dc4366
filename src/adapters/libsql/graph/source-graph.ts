import { alive } from "../../../domain/mod.ts";
import { GrownNumbers } from "./grown-numbers.ts";
import { linkSize, rankOf } from "./links.ts";
import type { NodeNames } from "./node-row.ts";

/** A contribution in memory; its edges' places are looked up in `links`. */
export interface HeldContribution {
  readonly id: number;
  readonly path: string;
  readonly born: number;
  dead: number;
  readonly links: Int32Array;
  /** Slots of its nodes, by ordinal, and of its edges. */
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
}

/** One file's version of a node. */
export interface NodeVersion extends NodeNames {
  readonly by: HeldContribution;
  readonly ordinal: number;
  /** `nameText` of it, once a search wanted it. */
  text: string | undefined;
}

const none = -1;

/**
 * A source's graph in memory, all generations together: what each file contributed is seen from the generation that
 * bore it until the one that ended it. Nodes and edges have slots; the edges of a node are two lists linked through
 * arrays, so that a changed file costs what it holds and nothing is built anew.
 */
export class SourceGraph {
  readonly name: string;
  readonly contributions = new Map<number, HeldContribution>();
  /** By node slot: its id without the source, and its versions. An empty slot has the id "". */
  readonly ids: string[] = [];
  readonly versions: NodeVersion[][] = [];
  readonly #slots = new Map<string, number>();
  readonly #freeNodes: number[] = [];
  readonly #freeEdges: number[] = [];
  #edgeSlots = 0;
  readonly #firstOut = new GrownNumbers(none);
  readonly #firstIn = new GrownNumbers(none);
  /** By edge slot. `rank` is kind, then confidence; `at` is its place in the contribution's links. */
  readonly #from = new GrownNumbers(none);
  readonly #to = new GrownNumbers(none);
  readonly #rank = new GrownNumbers(0);
  readonly #at = new GrownNumbers(0);
  readonly #nextOut = new GrownNumbers(none);
  readonly #nextIn = new GrownNumbers(none);
  readonly #by: (HeldContribution | undefined)[] = [];
  /** Grows with every change: what was computed before it may not hold any more. */
  changes = 0;

  constructor(name: string) {
    this.name = name;
  }

  slot(id: string): number | undefined {
    return this.#slots.get(id);
  }

  /** The version of a node that a generation shows: the first contributor's, by path. */
  shown(slot: number, generation: number): NodeVersion | undefined {
    let best: NodeVersion | undefined;
    for (const version of this.versions[slot]!) {
      const { by } = version;
      if (by.born > generation || by.dead <= generation) continue;
      if (best === undefined || by.path < best.by.path) best = version;
    }
    return best;
  }

  isShown(slot: number, generation: number): boolean {
    for (const { by } of this.versions[slot]!) if (by.born <= generation && generation < by.dead) return true;
    return false;
  }

  /** Calls back for every edge of a node in one direction that a generation shows; both ends are shown. */
  eachEdge(
    slot: number,
    outgoing: boolean,
    generation: number,
    told: (other: number, rank: number, by: HeldContribution, at: number) => void,
  ): void {
    const next = (outgoing ? this.#nextOut : this.#nextIn).values;
    const others = (outgoing ? this.#to : this.#from).values;
    const first = (outgoing ? this.#firstOut : this.#firstIn).values[slot] ?? none;
    for (let edge = first; edge !== none; edge = next[edge]!) {
      const by = this.#by[edge]!;
      if (by.born > generation || by.dead <= generation) continue;
      const other = others[edge]!;
      if (this.isShown(other, generation)) told(other, this.#rank.values[edge]!, by, this.#at.values[edge]!);
    }
  }

  startOf(edge: number): number {
    return this.#from.values[edge]!;
  }

  /** Calls back for the other end of every edge that ends in a node, whatever shows it. */
  eachStart(slot: number, told: (from: number) => void): void {
    const next = this.#nextIn.values;
    for (let edge = this.#firstIn.values[slot] ?? none; edge !== none; edge = next[edge]!)
      told(this.#from.values[edge]!);
  }

  add(
    row: Pick<HeldContribution, "id" | "path" | "born" | "dead" | "links">,
    ids: readonly string[],
    nodes: readonly NodeNames[],
  ): void {
    const slots = ids.map((id) => this.#slotFor(id));
    const edges: number[] = [];
    const held: HeldContribution = { ...row, nodes: slots.slice(0, nodes.length), edges };
    for (const [ordinal, names] of nodes.entries())
      this.versions[slots[ordinal]!]!.push({ ...names, by: held, ordinal, text: undefined });
    const { links } = row;
    // As many as there could be: an edge takes three numbers at least.
    const most = this.#edgeSlots + Math.floor(links.length / 3);
    for (const numbers of [this.#from, this.#to, this.#rank, this.#at, this.#nextOut, this.#nextIn])
      numbers.reach(most);
    for (let at = 0; at < links.length; at += linkSize(links[at + 2]!))
      edges.push(this.#addEdge(held, at, slots[links[at]!]!, slots[links[at + 1]!]!, rankOf(links[at + 2]!)));
    this.contributions.set(row.id, held);
    this.changes += 1;
  }

  /** Takes contributions out as if they had never been. */
  drop(which: (contribution: HeldContribution) => boolean): void {
    const gone = new Set<HeldContribution>();
    for (const each of this.contributions.values()) if (which(each)) gone.add(each);
    if (gone.size === 0) return;
    const nodes = new Set<number>();
    const froms = new Set<number>();
    const tos = new Set<number>();
    for (const { id, nodes: own, edges } of gone) {
      this.contributions.delete(id);
      for (const slot of own) nodes.add(slot);
      for (const edge of edges) {
        froms.add(this.#from.values[edge]!);
        tos.add(this.#to.values[edge]!);
      }
    }
    for (const slot of froms) this.#unlink(slot, this.#firstOut.values, this.#nextOut.values, gone);
    for (const slot of tos) this.#unlink(slot, this.#firstIn.values, this.#nextIn.values, gone);
    for (const { edges } of gone)
      for (const edge of edges) {
        this.#by[edge] = undefined;
        this.#freeEdges.push(edge);
      }
    for (const slot of nodes) this.versions[slot] = this.versions[slot]!.filter(({ by }) => !gone.has(by));
    for (const slot of new Set([...nodes, ...froms, ...tos])) this.#freeIfUnused(slot);
    this.changes += 1;
  }

  /** Contributions that ended after a generation live on. */
  revive(base: number): void {
    for (const each of this.contributions.values()) if (each.dead > base) each.dead = alive;
    this.changes += 1;
  }

  #slotFor(id: string): number {
    const known = this.#slots.get(id);
    if (known !== undefined) return known;
    const slot = this.#freeNodes.pop() ?? this.ids.length;
    this.ids[slot] = id;
    this.versions[slot] = [];
    this.#slots.set(id, slot);
    this.#firstOut.reach(slot + 1);
    this.#firstIn.reach(slot + 1);
    return slot;
  }

  #addEdge(by: HeldContribution, at: number, from: number, to: number, rank: number): number {
    const edge = this.#freeEdges.pop() ?? this.#edgeSlots++;
    this.#from.values[edge] = from;
    this.#to.values[edge] = to;
    this.#rank.values[edge] = rank;
    this.#at.values[edge] = at;
    this.#by[edge] = by;
    this.#nextOut.values[edge] = this.#firstOut.values[from]!;
    this.#firstOut.values[from] = edge;
    this.#nextIn.values[edge] = this.#firstIn.values[to]!;
    this.#firstIn.values[to] = edge;
    return edge;
  }

  #unlink(slot: number, first: Int32Array, next: Int32Array, gone: ReadonlySet<HeldContribution>): void {
    let last = none;
    for (let edge = first[slot]!; edge !== none; edge = next[edge]!) {
      if (gone.has(this.#by[edge]!)) continue;
      if (last === none) first[slot] = edge;
      else next[last] = edge;
      last = edge;
    }
    if (last === none) first[slot] = none;
    else next[last] = none;
  }

  #freeIfUnused(slot: number): void {
    if (this.versions[slot]!.length > 0 || this.ids[slot] === "") return;
    if (this.#firstOut.values[slot] !== none || this.#firstIn.values[slot] !== none) return;
    // Its own nodes' slots may be named by contributions that hold no edge of it any more; those hold no version either.
    this.#slots.delete(this.ids[slot]!);
    this.ids[slot] = "";
    this.#freeNodes.push(slot);
  }
}
