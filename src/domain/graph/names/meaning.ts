import type { FileView } from "../file-view.ts";
import type { Confidence } from "../node.ts";

/** A definition in its file. */
export interface Found {
  readonly view: FileView;
  /** Index in the view's definitions. */
  readonly n: number;
}

/** What a name stands for, where the language's rules tell. */
export type Meaning =
  /** Definitions: several when a name is overloaded or reopened. */
  | { readonly kind: "defined"; readonly found: readonly Found[]; readonly confidence: Confidence }
  /** A module, package or namespace that lies in these files. */
  | { readonly kind: "module"; readonly files: readonly string[]; readonly confidence: Confidence }
  /** Something that is known to be none of the source's definitions. */
  | { readonly kind: "outside" };

export const outside: Meaning = { kind: "outside" };

/** Definitions of one name told apart no further: overloads, reopened classes. More are as good as unknown. */
const mostOverloads = 5;

export function definedIn(view: FileView, indices: readonly number[]): Meaning | undefined {
  if (indices.length === 0) return undefined;
  return { kind: "defined", found: indices.slice(0, mostOverloads).map((n) => ({ view, n })), confidence: "exact" };
}

export function definedBy(found: readonly Found[]): Meaning | undefined {
  return found.length === 0
    ? undefined
    : { kind: "defined", found: found.slice(0, mostOverloads), confidence: "exact" };
}

export function weaker(meaning: Meaning | undefined, confidence: Confidence): Meaning | undefined {
  if (meaning === undefined || meaning.kind === "outside" || confidence === "exact") return meaning;
  return { ...meaning, confidence };
}
