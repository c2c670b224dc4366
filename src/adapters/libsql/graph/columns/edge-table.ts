import { placesOf, rankOf } from "../links.ts";
import { Column } from "./column.ts";
import { PlaceBytes } from "./place-bytes.ts";

const countBits = 3;

/**
 * Edges by number: a file's are numbered one after another. The edges of a node are two lists, linked through arrays:
 * what CSR would keep in order costs as much and would have to be built anew (docs/decisions/0011-graph-columns.md).
 */
export class EdgeTable {
  count = 0;
  readonly from = new Column(Int32Array);
  readonly to = new Column(Int32Array);
  readonly by = new Column(Int32Array);
  /** By slot: the number of its first edge, plus one. By number: the next edge, plus one. */
  readonly firstOut = new Column(Int32Array);
  readonly firstIn = new Column(Int32Array);
  readonly nextOut = new Column(Int32Array);
  readonly nextIn = new Column(Int32Array);
  /** Kind and confidence (`rankOf`), then how many places. */
  readonly #what = new Column(Uint8Array);
  readonly #places = new Column(Int32Array);
  readonly #bytes = new PlaceBytes();

  reserve(count: number): void {
    for (const column of [this.from, this.to, this.by, this.nextOut, this.nextIn, this.#what, this.#places])
      column.reach(count);
  }

  /** `links` as `packLinks` lays them out; the edge starts at `at` in them. */
  add(from: number, to: number, by: number, links: Int32Array, at: number): void {
    const what = links[at + 2]!;
    const places = placesOf(what);
    if (this.count >= this.from.values.length) this.reserve(this.count + 1);
    this.#places.values[this.count] = this.#bytes.end;
    this.#append(from, to, by, (rankOf(what) << countBits) | places);
    for (let i = 0; i < places; i++) this.#bytes.add(links[at + 3 + 2 * i]!, links[at + 4 + 2 * i]!);
  }

  /** Takes over the edges of another table from one number to before another, all of one contribution. */
  copy(other: EdgeTable, first: number, end: number, by: number, slotOf: (slot: number) => number): void {
    this.reserve(this.count + end - first);
    const shift = this.#bytes.copy(other.#bytes, other.#placesAt(first), other.#placesAt(end));
    for (let at = first; at < end; at++) {
      this.#places.values[this.count] = other.#places.values[at]! + shift;
      this.#append(slotOf(other.from.values[at]!), slotOf(other.to.values[at]!), by, other.#what.values[at]!);
    }
  }

  #placesAt(edge: number): number {
    return edge < this.count ? this.#places.values[edge]! : this.#bytes.end;
  }

  /** Where there is room for it; its places are the caller's to say. */
  #append(from: number, to: number, by: number, what: number): void {
    const at = this.count++;
    const slots = Math.max(from, to) + 1;
    if (slots > this.firstOut.values.length) this.firstOut.reach(slots);
    if (slots > this.firstIn.values.length) this.firstIn.reach(slots);
    this.from.values[at] = from;
    this.to.values[at] = to;
    this.by.values[at] = by;
    this.#what.values[at] = what;
    this.nextOut.values[at] = this.firstOut.values[from]!;
    this.firstOut.values[from] = at + 1;
    this.nextIn.values[at] = this.firstIn.values[to]!;
    this.firstIn.values[to] = at + 1;
  }

  /** Kind, then confidence: `rank >> 1` and `rank & 1`. */
  rank(at: number): number {
    return this.#what.values[at]! >>> countBits;
  }

  /** Calls back for where every edge that ends in a node starts, whatever shows it. */
  eachStart(slot: number, told: (from: number) => void): void {
    for (let at = this.firstIn.values[slot]! - 1; at >= 0; at = this.nextIn.values[at]! - 1)
      told(this.from.values[at]!);
  }

  eachPlace(at: number, told: (start: number, end: number) => void): void {
    const count = this.#what.values[at]! & ((1 << countBits) - 1);
    if (count > 0) this.#bytes.each(this.#places.values[at]!, count, told);
  }
}
