import type { CodeSymbol, LineRange } from "../artifact.ts";

/** In the order of the contract's NodeKind, from 1. */
export const nodeKinds = [
  "source",
  "subsystem",
  "file",
  "symbol",
  "message",
  "rpc",
  "package",
  "section",
  "owner",
] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** In the order of the contract's EdgeKind, from 1. */
export const edgeKinds = [
  "contains",
  "defines",
  "imports",
  "calls",
  "references",
  "extends",
  "implements",
  "tests",
  "documents",
  "declares",
  "depends-on",
  "owned-by",
] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** `exact`: resolved by the language's own rules. `possible`: the same name, not resolved. */
export const confidences = ["exact", "possible"] as const;
export type Confidence = (typeof confidences)[number];

export interface GraphNode {
  /** See `nodeId`. */
  readonly nodeId: string;
  readonly source: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** The file it stands in; "" for nodes that stand in none. */
  readonly path: string;
  readonly lines: LineRange | undefined;
  /** For symbols, messages, RPCs and sections. */
  readonly symbol: CodeSymbol | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A place that says so. */
export interface Evidence {
  readonly path: string;
  readonly lines: LineRange;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly confidence: Confidence;
  /** By path, then line: the first few of many. */
  readonly evidence: readonly Evidence[];
}

/**
 * The same thing has the same id in every generation: `<source>:<kind>:<path or name>[#<qualified name>][~<n>]`, where
 * `~2` is the second of that qualified name in the file. Readable, so that a person can write one by hand.
 */
export function nodeId(source: string, kind: NodeKind, place: string, qualifiedName = "", occurrence = 1): string {
  const symbol = qualifiedName === "" ? "" : `#${qualifiedName}`;
  return `${source}:${kind}:${place}${symbol}${occurrence > 1 ? `~${occurrence}` : ""}`;
}

/** The source that a node id belongs to; "" when it is no node id. */
export function sourceOfNode(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf(":")));
}
