import { type Definition, noCut } from "./outline.ts";

/** Collects sections by level as a document is read from top to bottom. */
export class Sections {
  readonly cuts: Uint16Array;
  readonly definitions: Definition[] = [];
  readonly #lines: number;
  /** The open sections, outermost first. */
  #open: { readonly index: number; readonly level: number }[] = [];

  constructor(lines: number) {
    this.#lines = lines;
    this.cuts = new Uint16Array(lines).fill(noCut);
  }

  /** A heading of `level` (from 1) on `line`; it ends the sections of its level and below. */
  begin(level: number, title: string, line: number): void {
    for (const section of this.#open) {
      if (section.level >= level) this.definitions[section.index]!.end = line - 1;
    }
    this.#open = this.#open.filter((section) => section.level < level);
    this.cuts[line] = level;
    const parent = this.#open.at(-1)?.index ?? -1;
    const name = title === "" ? "(untitled)" : title;
    this.definitions.push({
      name,
      qualifiedName: parent < 0 ? name : `${this.definitions[parent]!.qualifiedName} > ${name}`,
      kind: "section",
      start: line,
      end: this.#lines - 1,
      parent,
      signature: `${"#".repeat(level)} ${name}`,
      doc: "",
      hidden: false,
    });
    this.#open.push({ index: this.definitions.length - 1, level });
  }
}
