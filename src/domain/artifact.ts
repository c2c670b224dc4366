/** 1-based, both ends inclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export function shareLines(a: LineRange, b: LineRange): boolean {
  return a.start <= b.end && a.end >= b.start;
}

export const artifactTypes = ["code", "test", "doc", "proto", "config", "other"] as const;
export type ArtifactType = (typeof artifactTypes)[number];

/** In the order of the contract's SymbolKind, from 1. */
export const symbolKinds = [
  "function",
  "method",
  "class",
  "interface",
  "struct",
  "enum",
  "type",
  "constant",
  "variable",
  "module",
  "message",
  "service",
  "rpc",
  "section",
] as const;
export type SymbolKind = (typeof symbolKinds)[number];

/** A named thing that a file defines. */
export interface CodeSymbol {
  readonly name: string;
  /** Enclosing names joined by ".", for sections by " > ". */
  readonly qualifiedName: string;
  readonly kind: SymbolKind;
  readonly lines: LineRange;
}

/** What is known of a file apart from its content. */
export interface FileFacts {
  readonly artifactType: ArtifactType;
  /** Lower-case language name, "" when unknown. */
  readonly language: string;
  /** "" for none. */
  readonly subsystem: string;
  readonly tags: readonly string[];
  /** Commit that last changed the file, "" outside Git. */
  readonly commit: string;
  /** When it last changed, Unix ms; 0 when unknown. */
  readonly updatedAt: number;
}
