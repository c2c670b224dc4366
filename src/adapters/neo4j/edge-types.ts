import { type EdgeKind, edgeKinds, type NodeKind, nodeKinds } from "../../domain/graph/mod.ts";

/** Relationship types and labels stand in the text of statements, where Cypher takes no parameters: only from here. */
const types = new Map<EdgeKind, string>(edgeKinds.map((kind) => [kind, kind.toUpperCase().replaceAll("-", "_")]));
const kinds = new Map<string, EdgeKind>(edgeKinds.map((kind) => [types.get(kind)!, kind]));
const labels = new Map<NodeKind, string>(
  nodeKinds.map((kind) => [kind, `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`]),
);

export const edgeTypes: readonly string[] = [...types.values()];

export function typeOf(kind: EdgeKind): string {
  return types.get(kind) ?? refuse(kind);
}

/** `CALLS|IMPORTS`; of no kinds: of all. */
export function typesOf(wanted: readonly EdgeKind[]): string {
  return (wanted.length === 0 ? edgeKinds : wanted).map(typeOf).join("|");
}

export function kindOfType(type: string): EdgeKind {
  return kinds.get(type) ?? refuse(type);
}

export function labelOf(kind: NodeKind): string {
  return labels.get(kind) ?? refuse(kind);
}

function refuse(kind: string): never {
  throw new TypeError(`no kind of the graph: ${kind}`);
}
