import { TextTable, unknown } from "./text-table.ts";

/** Ids kept as strings after they were read: a walk asks for the same ones again and again. */
const mostRead = 8_192;

/**
 * Ids of nodes, without the source, by slot and slots by id. What stands before "#", kind and path, is kept once for
 * all the symbols of a file.
 */
export class NodeIds {
  readonly #prefix: string;
  readonly #heads: TextTable;
  readonly #tails: TextTable;
  readonly #read = new Map<number, string>();

  constructor(source: string, seed: number) {
    this.#prefix = `${source}:`;
    this.#heads = new TextTable(seed);
    this.#tails = new TextTable(seed);
  }

  get count(): number {
    return this.#tails.count;
  }

  reserve(ids: number): void {
    this.#tails.reserve(ids);
  }

  find(id: string): number {
    const [head, tail] = parts(id);
    const group = this.#heads.find(0, head);
    return group === unknown ? unknown : this.#tails.find(group, tail);
  }

  add(id: string): number {
    const [head, tail] = parts(id);
    return this.#tails.add(this.#heads.add(0, head), tail);
  }

  /** The id with its source. */
  whole(slot: number): string {
    const known = this.#read.get(slot);
    if (known !== undefined) return known;
    const id = `${this.#prefix}${this.bare(slot)}`;
    if (this.#read.size >= mostRead) this.#read.clear();
    this.#read.set(slot, id);
    return id;
  }

  /** By code units of the ids. Most are told apart by bytes: texts need not be made of them. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const [head, other] = [this.#tails.group(a), this.#tails.group(b)];
    const told = head === other ? this.#tails.compare(a, b) : this.#heads.compare(head, other);
    return told !== 0 ? told : this.whole(a) < this.whole(b) ? -1 : 1;
  }

  bare(slot: number): string {
    return `${this.#heads.text(this.#tails.group(slot))}${this.#tails.text(slot)}`;
  }
}

function parts(id: string): readonly [head: string, tail: string] {
  const at = id.indexOf("#");
  return at < 0 ? ["", id] : [id.slice(0, at), id.slice(at)];
}
