import type { LineRange, SymbolKind } from "../../domain/mod.ts";

/** A definition as an outline names it. Lines count from 0; `end` is the last line. */
export interface Definition {
  readonly name: string;
  readonly qualifiedName: string;
  readonly kind: SymbolKind;
  readonly start: number;
  end: number;
  /** Index of the enclosing definition; -1 at top level. */
  readonly parent: number;
  /** Header without the body, for the context of chunks inside. */
  signature: string;
  doc: string;
  /** Names a scope (`impl Foo`) and is no symbol itself. */
  readonly hidden: boolean;
  /** Offsets of its node, where a tree was read. */
  readonly from?: number;
  readonly to?: number;
}

/** No node begins on the line, or it belongs to what stands above it. */
export const noCut = 65_535;

/** A stretch that a grammar could not read: lines from 1, and how many characters. */
export interface Misread extends LineRange {
  readonly size: number;
}

/** What a language's reader knows of a file: where it may be cut, and what it defines. */
export interface Outline {
  /** By line: how deep the structure is that begins there; smaller is a better place to cut. */
  readonly cuts: Uint16Array;
  /** By start line, outer before inner. */
  readonly definitions: Definition[];
  /** What the grammar did not understand. */
  readonly errors: readonly Misread[];
}

export function emptyOutline(lines: number): Outline {
  return { cuts: new Uint16Array(lines).fill(noCut), definitions: [], errors: [] };
}
