import { TermCounter } from "./term-counter.ts";

/** Body, path, symbol, context, doc: the order of `lexicalFields` in the chunk index's port. */
export const fieldCount = 5;

/** What the lexical index keeps of a chunk. Plain arrays: it crosses threads. */
export interface FieldTerms {
  readonly terms: readonly string[];
  /** Occurrences, `fieldCount` numbers a term, in the order of `terms`. */
  readonly counts: Uint16Array;
  /** Occurrences of all terms, by field. */
  readonly lengths: Uint32Array;
}

export interface TermSource {
  readonly text: string;
  readonly path: string;
  readonly defines: readonly string[];
  readonly context: string;
  readonly doc: string;
}

const counter = new TermCounter(fieldCount);

/** Where a path's extension begins: it names a language, not a subject. */
function stemEnd(path: string): number {
  const name = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  return dot > name ? dot : path.length;
}

export function fieldTerms(chunk: TermSource): FieldTerms {
  counter.begin();
  counter.add(chunk.text, 0);
  counter.add(chunk.path, 1, 0, stemEnd(chunk.path));
  for (const name of chunk.defines) counter.add(name, 2);
  counter.add(chunk.context, 3);
  counter.add(chunk.doc, 4);
  return { terms: counter.terms(), counts: counter.counts(), lengths: counter.lengths() };
}
