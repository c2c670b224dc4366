import type { Ground } from "../ground.ts";
import type { Confidence } from "../node.ts";

/** What an import specifier names. */
export interface Place {
  /** The module's file; in Go all files of the package, sorted. Empty when it lies outside the source or is unknown. */
  readonly files: readonly string[];
  /** Names that the specifier goes on with inside the files: `Item` of `crate::a::Item`. */
  readonly inner: readonly string[];
  readonly confidence: Confidence;
  /** The package that it names, when it is one from outside. */
  readonly package: PackageName | undefined;
  /** Whether what it names is known to lie outside the source: a package, a standard library. */
  readonly outside: boolean;
}

export interface PackageName {
  readonly ecosystem: string;
  readonly name: string;
  /** `exact` when a manifest names it. */
  readonly confidence: Confidence;
}

/** The rules of one language. */
export interface Resolver {
  place(from: string, specifier: string, ground: Ground): Place;
  /** The module that a name imported from a place is, when it is one: `b` of `from a import b`. */
  submodule?(from: string, specifier: string, name: string, ground: Ground): Place;
}

export const unknownPlace: Place = {
  files: [],
  inner: [],
  confidence: "exact",
  package: undefined,
  outside: false,
};

/** A standard library, or what else is no part of any source. */
export const outsidePlace: Place = { ...unknownPlace, outside: true };

export function filePlace(files: readonly string[], inner: readonly string[] = []): Place {
  return files.length === 0 ? unknownPlace : { ...unknownPlace, files, inner };
}

/** By a rule that more than one file could answer to. */
export function possiblePlace(files: readonly string[]): Place {
  return { ...filePlace(files), confidence: "possible" };
}

export function packagePlace(ecosystem: string, name: string, known: boolean): Place {
  const confidence = known ? "exact" : "possible";
  return { ...unknownPlace, outside: true, package: { ecosystem, name, confidence } };
}
