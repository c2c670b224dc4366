import {
  edgeKinds,
  factNames,
  firstEvidence,
  type GraphEdge,
  type GraphFacts,
  type GraphNode,
  nameText,
  squashed,
} from "../../domain/graph/mod.ts";
import { whole } from "./connection.ts";
import { keyOf, orderOf } from "./keys.ts";

/** The properties of `KmVersion`: a node as one file has it. `data` is the whole of it, the others are for finding. */
export function versionProperties(node: GraphNode, path: string): Record<string, unknown> {
  const { nodeId, source, kind, name, symbol, lines } = node;
  const { path: place, attributes } = node;
  const qualified = symbol?.qualifiedName ?? "";
  return {
    source,
    kind,
    name,
    qualifiedName: qualified,
    path: place,
    startLine: lines === undefined ? null : whole(lines.start),
    endLine: lines === undefined ? null : whole(lines.end),
    by: orderOf(path),
    pathLower: place.toLowerCase(),
    words: nameText(name, qualified),
    squashed: squashed(name),
    nameLength: whole(name.length),
    data: JSON.stringify({ nodeId, source, kind, name, path: place, lines, symbol, attributes }),
  };
}

export function nodeOf(data: unknown): GraphNode {
  const { lines, symbol, ...node } = JSON.parse(data as string) as GraphNode;
  return { ...node, lines, symbol };
}

/** The properties of a relationship, but for its generations. */
export function edgeProperties(edge: GraphEdge, source: string, path: string): Record<string, unknown> {
  const places = firstEvidence(edge.evidence);
  return {
    source,
    path,
    rank: whole(edgeKinds.indexOf(edge.kind)),
    confidence: edge.confidence,
    lines: places.flatMap(({ lines }) => [whole(lines.start), whole(lines.end)]),
  };
}

/** What `KmFacts` is tied to: the names in it, and which of them it defines. */
export function factsNames(source: string, facts: GraphFacts): Record<string, unknown>[] {
  const defined = new Set(facts.definitions.map(({ name }) => name));
  return [...new Set([...factNames(facts), ...defined])].map((text) => ({
    key: keyOf(source, text),
    text,
    mentions: text !== "",
    defines: defined.has(text),
  }));
}
