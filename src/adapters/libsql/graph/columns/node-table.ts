import type { NodeNames } from "../node-row.ts";
import { Column } from "./column.ts";

const kindBits = 4;
/** Which path a node has: its contributor's, none, or one of its own. */
const ofFile = 0;
const ofNothing = 1;
const ofOther = 2;

/**
 * What files say a node is, by number: a file's are numbered one after another. Those of one slot are a list, linked
 * through an array, the latest first: most slots have one.
 */
export class NodeTable {
  count = 0;
  /** By slot: the number of its first, plus one. By number: the next of its slot, plus one. */
  readonly first = new Column(Int32Array);
  readonly next = new Column(Int32Array);
  readonly slots = new Column(Int32Array);
  readonly by = new Column(Int32Array);
  /** Kind, place, and the length of the name. */
  readonly #what = new Column(Int32Array);
  /** Paths that are not their contributors': rare. */
  readonly otherPaths = new Map<number, string>();

  reserve(count: number): void {
    for (const column of [this.next, this.slots, this.by, this.#what]) column.reach(count);
  }

  add(slot: number, by: number, { kind, name, path }: NodeNames, ofPath: string): number {
    const place = path === ofPath ? ofFile : path === "" ? ofNothing : ofOther;
    const at = this.#append(slot, by, kind | (place << kindBits) | (name.length << (kindBits + 2)));
    if (place === ofOther) this.otherPaths.set(at, path);
    return at;
  }

  /** Takes over a node of another table. */
  copy(from: NodeTable, at: number, slot: number, by: number): void {
    const made = this.#append(slot, by, from.#what.values[at]!);
    const path = from.otherPaths.get(at);
    if (path !== undefined) this.otherPaths.set(made, path);
  }

  #append(slot: number, by: number, what: number): number {
    const at = this.count++;
    this.reserve(this.count);
    this.first.reach(slot + 1);
    this.slots.values[at] = slot;
    this.by.values[at] = by;
    this.#what.values[at] = what;
    this.next.values[at] = this.first.values[slot]!;
    this.first.values[slot] = at + 1;
    return at;
  }

  kind(at: number): number {
    return this.#what.values[at]! & ((1 << kindBits) - 1);
  }

  nameLength(at: number): number {
    return this.#what.values[at]! >>> (kindBits + 2);
  }

  isOfFile(at: number): boolean {
    return this.#place(at) === ofFile;
  }

  path(at: number, ofPath: string): string {
    const place = this.#place(at);
    if (place === ofFile) return ofPath;
    return place === ofNothing ? "" : this.otherPaths.get(at)!;
  }

  #place(at: number): number {
    return (this.#what.values[at]! >>> kindBits) & 3;
  }
}
