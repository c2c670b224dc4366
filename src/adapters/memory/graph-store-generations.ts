import type { PackedFacts } from "../../domain/graph/mod.ts";
import { alive } from "../../domain/mod.ts";
import type { Contribution } from "../../ports/mod.ts";
import { GraphView } from "./graph-store-view.ts";

/** What a source's files say and contribute, by path. */
export interface GraphTree {
  readonly facts: ReadonlyMap<string, PackedFacts>;
  readonly contributions: ReadonlyMap<string, Contribution>;
}

const nothing: GraphTree = { facts: new Map(), contributions: new Map() };

/** The trees of one source by generation, with what each comes to. */
export class GraphGenerations {
  readonly #trees = new Map<number, GraphTree>();
  readonly #views = new WeakMap<GraphTree, GraphView>();

  /** The tree of the latest generation not past the one asked for. */
  at(generation: number): GraphTree {
    let best = 0;
    for (const known of this.#trees.keys()) if (known <= generation && known > best) best = known;
    return this.#trees.get(best) ?? nothing;
  }

  view(generation: number): GraphView {
    const tree = this.at(generation);
    const known = this.#views.get(tree) ?? new GraphView(tree.contributions);
    this.#views.set(tree, known);
    return known;
  }

  set(generation: number, tree: GraphTree): void {
    this.#trees.set(generation, tree);
  }

  /** Forgets generations after one: what an unfinished writer left. */
  takeBack(base: number): void {
    for (const known of this.#trees.keys()) if (known > base) this.#trees.delete(known);
  }

  latest(): number {
    return Math.max(0, ...this.#trees.keys());
  }

  /** Drops what no generation from `oldest` on sees; returns how many nodes and edges are gone. */
  sweep(oldest: number): number {
    const before = this.#size();
    let served = 0;
    for (const known of this.#trees.keys()) if (known <= oldest && known > served) served = known;
    for (const known of this.#trees.keys()) if (known < served || oldest === alive) this.#trees.delete(known);
    return before - this.#size();
  }

  #size(): number {
    const held = new Set<Contribution>();
    for (const { contributions } of this.#trees.values()) for (const each of contributions.values()) held.add(each);
    return [...held].reduce((sum, { nodes, edges }) => sum + nodes.length + edges.length, 0);
  }
}
