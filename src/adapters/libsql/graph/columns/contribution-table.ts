import { alive } from "../../../../domain/mod.ts";
import { Column } from "./column.ts";

/** What a file contributed, as its row has it. */
export interface HeldContribution {
  /** Its row in the file. */
  readonly id: number;
  readonly path: string;
  readonly born: number;
  readonly dead: number;
}

/** A contribution that was taken out is born after everything. */
const never = Number.POSITIVE_INFINITY;

/** Contributions by number, in the order of their rows. */
export class ContributionTable {
  count = 0;
  gone = 0;
  readonly paths: string[] = [];
  readonly #ids = new Column(Float64Array);
  readonly #born = new Column(Float64Array);
  readonly #dead = new Column(Float64Array);
  /** Where the nodes and edges of each start; those of the last end where the tables do. */
  readonly firstNode = new Column(Int32Array);
  readonly firstEdge = new Column(Int32Array);

  reserve(count: number): void {
    for (const column of [this.#ids, this.#born, this.#dead]) column.reach(count);
    for (const column of [this.firstNode, this.firstEdge]) column.reach(count + 1);
  }

  add({ id, path, born, dead }: HeldContribution, firstNode: number, firstEdge: number): number {
    const at = this.count++;
    this.reserve(this.count);
    this.paths.push(path);
    this.#ids.values[at] = id;
    this.#born.values[at] = born;
    this.#dead.values[at] = dead;
    this.firstNode.values[at] = firstNode;
    this.firstEdge.values[at] = firstEdge;
    return at;
  }

  /** Says where the last one's nodes and edges end. */
  close(nodes: number, edges: number): void {
    this.firstNode.values[this.count] = nodes;
    this.firstEdge.values[this.count] = edges;
  }

  isShown(at: number, generation: number): boolean {
    return this.#born.values[at]! <= generation && generation < this.#dead.values[at]!;
  }

  at(at: number): HeldContribution {
    return { id: this.id(at), path: this.paths[at]!, born: this.born(at), dead: this.dead(at) };
  }

  id(at: number): number {
    return this.#ids.values[at]!;
  }

  born(at: number): number {
    return this.#born.values[at]!;
  }

  dead(at: number): number {
    return this.#dead.values[at]!;
  }

  isGone(at: number): boolean {
    return this.#born.values[at] === never;
  }

  end(at: number, generation: number): void {
    this.#dead.values[at] = generation;
  }

  takeOut(at: number): void {
    this.#born.values[at] = never;
    this.gone += 1;
  }

  /** Those that ended after a generation live on. */
  revive(base: number): void {
    for (let at = 0; at < this.count; at++) if (this.#dead.values[at]! > base) this.#dead.values[at] = alive;
  }

  /** The number of a row; -1 for one that is not held. Rows are numbered upwards for ever. */
  find(id: number): number {
    const ids = this.#ids.values;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low < this.count && ids[low] === id && !this.isGone(low) ? low : -1;
  }
}
