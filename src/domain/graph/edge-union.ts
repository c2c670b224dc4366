import { confidences, type Evidence, edgeKinds, type GraphEdge } from "./node.ts";

/** Places told of one edge: enough to look, and a name used a thousand times stays a small answer. */
export const mostEvidence = 5;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareEvidence(a: Evidence, b: Evidence): number {
  return compareText(a.path, b.path) || a.lines.start - b.lines.start || a.lines.end - b.lines.end;
}

/** The first few places, in order, each once. */
export function firstEvidence(evidence: readonly Evidence[]): Evidence[] {
  const sorted = [...evidence].sort(compareEvidence);
  return sorted.filter((each, at) => at === 0 || compareEvidence(sorted[at - 1]!, each) !== 0).slice(0, mostEvidence);
}

/** What identifies an edge, whoever contributes it. */
export function edgeKey({ from, to, kind }: Pick<GraphEdge, "from" | "to" | "kind">): string {
  return `${edgeKinds.indexOf(kind)}\n${from}\n${to}`;
}

/** Each edge once: exact if one who says so is, with the evidence of all. */
export function uniteEdges(edges: Iterable<GraphEdge>): GraphEdge[] {
  const parts = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const key = edgeKey(edge);
    const same = parts.get(key);
    if (same === undefined) parts.set(key, [edge]);
    else same.push(edge);
  }
  return [...parts.values()].map((same) => ({
    from: same[0]!.from,
    to: same[0]!.to,
    kind: same[0]!.kind,
    confidence: same.some(({ confidence }) => confidence === "exact") ? "exact" : "possible",
    evidence: firstEvidence(same.flatMap(({ evidence }) => evidence)),
  }));
}

/** The order of the edges that touch a node: by kind, exact first, by the other end, outgoing first. */
export function compareEdgesOf(nodeId: string): (a: GraphEdge, b: GraphEdge) => number {
  const other = (edge: GraphEdge) => (edge.from === nodeId ? edge.to : edge.from);
  return (a, b) =>
    edgeKinds.indexOf(a.kind) - edgeKinds.indexOf(b.kind) ||
    confidences.indexOf(a.confidence) - confidences.indexOf(b.confidence) ||
    compareText(other(a), other(b)) ||
    Number(a.from !== nodeId) - Number(b.from !== nodeId);
}
