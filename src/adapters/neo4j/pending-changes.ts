import type { GraphFacts } from "../../domain/graph/mod.ts";
import type { Contribution } from "../../ports/mod.ts";

/** What to change of a file; undefined in it takes it out. */
export interface Pending {
  readonly facts: ReadonlyMap<string, GraphFacts | undefined>;
  readonly contributions: ReadonlyMap<string, Contribution | undefined>;
}

/** Changes that were asked for and not written yet: the last one of a file counts. */
export class PendingChanges {
  #facts = new Map<string, GraphFacts | undefined>();
  #contributions = new Map<string, Contribution | undefined>();
  /** Rows that they will come to, about. */
  size = 0;

  stage(path: string, facts: GraphFacts): void {
    this.#facts.set(path, facts);
    this.size += 1 + facts.definitions.length + facts.mentions.length;
  }

  remove(path: string): void {
    this.#facts.set(path, undefined);
    this.#contributions.set(path, undefined);
    this.size += 2;
  }

  put(path: string, contribution: Contribution): void {
    const rows = contribution.nodes.length + contribution.edges.length;
    this.#contributions.set(path, rows === 0 ? undefined : contribution);
    this.size += 1 + rows;
  }

  take(): Pending {
    const taken = { facts: this.#facts, contributions: this.#contributions };
    this.#facts = new Map();
    this.#contributions = new Map();
    this.size = 0;
    return taken;
  }
}
