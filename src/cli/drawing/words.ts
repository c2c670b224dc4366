import type { Edge, Node } from "../../../gen/knowledge/v1/graph_service.ts";
import { SymbolKind } from "../../../gen/knowledge/v1/types.ts";
import { kindOf, kindOfEdge } from "../graph-drawing.ts";
import { printable } from "../printable.ts";
import { wireWord } from "../wire-value.ts";

/** Kinds of edges that are drawn alike, with what they have in common. */
export const edgeGroups: ReadonlyMap<string, { readonly says: string; readonly kinds: readonly string[] }> = new Map([
  ["test", { says: "tests", kinds: ["tests"] }],
  ["kin", { says: "is built on", kinds: ["extends", "implements"] }],
  ["use", { says: "uses", kinds: ["calls", "references", "imports"] }],
  ["tell", { says: "documents", kinds: ["documents"] }],
  ["need", { says: "depends on", kinds: ["depends-on"] }],
  ["own", { says: "is owned by", kinds: ["owned-by"] }],
  ["hold", { says: "contains", kinds: ["contains", "defines", "declares"] }],
]);

/** The group that a line belongs to: of several kinds the one that tells most, in the order above. */
export function groupOf(kinds: readonly string[]): string {
  for (const [group, { kinds: own }] of edgeGroups) if (own.some((kind) => kinds.includes(kind))) return group;
  return "hold";
}

/** What a box is coloured by. */
export function boxClass(node: Node): string {
  const kind = kindOf(node);
  if (kind === "message" || kind === "rpc") return "contract";
  return kind;
}

/** "function", "message", "file" …: a symbol's own kind says more than that it is one. */
export function kindWord(node: Node): string {
  const kind = kindOf(node);
  if (kind !== "symbol" || node.symbol === undefined) return kind;
  const own = wireWord(SymbolKind, "SYMBOL_KIND", node.symbol.kind);
  return own === "unspecified" || own === "unknown" ? kind : own;
}

/** Text that XML can hold: what it forbids becomes the replacement mark. */
export function drawable(text: string): string {
  return printable(text).replace(/[\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD");
}

export function nameOf(node: Node): string {
  const qualified = node.symbol?.qualifiedName ?? "";
  // Of a section the last heading: the way to it is in its place.
  return drawable(kindOf(node) === "section" || qualified === "" ? node.name : qualified);
}

export function whereOf(node: Node): string {
  const path = node.artifact?.path ?? "";
  return drawable(path === "" || node.lines === undefined ? path : `${path}:${node.lines.start}`);
}

/** The places that say so, the first few. */
export function evidenceOf(edge: Edge): readonly string[] {
  return edge.evidence.map(({ path, lines }) => drawable(lines === undefined ? path : `${path}:${lines.start}`));
}

export { kindOf, kindOfEdge };
