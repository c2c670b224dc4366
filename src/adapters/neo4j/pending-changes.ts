import type { PackedFacts } from "../../domain/graph/mod.ts";
import type { Contribution } from "../../ports/mod.ts";

/** What to change of a file; undefined in it takes it out. */
export interface Pending {
  readonly facts: ReadonlyMap<string, PackedFacts | undefined>;
  readonly contributions: ReadonlyMap<string, Contribution | undefined>;
}

/** Packed facts that come to a row, about, in bytes: a name and where it stands. */
const textPerRow = 32;

/** Changes that were asked for and not written yet: the last one of a file counts. */
export class PendingChanges {
  #facts = new Map<string, PackedFacts | undefined>();
  #contributions = new Map<string, Contribution | undefined>();
  /** Rows that they will come to, about. */
  size = 0;

  stage(path: string, facts: PackedFacts): void {
    this.#facts.set(path, facts);
    this.size += 1 + Math.ceil(facts.length / textPerRow);
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
