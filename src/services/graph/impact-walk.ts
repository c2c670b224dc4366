import type { Confidence, EdgeKind, GraphEdge } from "../../domain/graph/mod.ts";
import type { EdgeQuery } from "../../ports/mod.ts";
import type { UnitedGraph } from "./united-graph.ts";

/** By these, a change of what an edge points at reaches what it comes from. */
export const impactKinds: readonly EdgeKind[] = [
  "imports",
  "calls",
  "references",
  "extends",
  "implements",
  "tests",
  "documents",
  "depends-on",
];

/** Dependents that one analysis finds, and edges that it reads of one node; more is said to be left out. */
const mostFound = 5_000;
const mostOfOne = 5_000;
const perCall = 256;

export interface Reached {
  readonly id: string;
  readonly distance: number;
  /** The first step back towards the target. */
  readonly via: GraphEdge;
  readonly confidence: Confidence;
}

/**
 * Everything that a change of the starts reaches, by the fewest steps. Of as many, by steps that are all exact if there
 * are such.
 */
export async function walkImpact(
  graph: UnitedGraph,
  starts: readonly string[],
  maxDepth: number,
  exactOnly: boolean,
): Promise<{ readonly reached: readonly Reached[]; readonly truncated: boolean }> {
  const query: EdgeQuery = {
    direction: "incoming",
    kinds: impactKinds,
    confidences: exactOnly ? ["exact"] : [],
    limitPerNode: mostOfOne,
    offset: 0,
    evidence: false,
  };
  const known = new Map<string, Confidence>(starts.map((id) => [id, "exact"]));
  const reached: Reached[] = [];
  let truncated = false;
  let level = [...known.keys()];
  for (let distance = 1; distance <= maxDepth && level.length > 0; distance++) {
    const found = new Map<string, Reached>();
    for (let from = 0; from < level.length; from += perCall) {
      const edges = await graph.edges(level.slice(from, from + perCall), query);
      truncated ||= edges.length >= mostOfOne;
      for (const via of edges) {
        const { from: id, to, confidence: said } = via;
        const before = known.get(to);
        if (known.has(id) || before === undefined) continue;
        const confidence = before === "exact" && said === "exact" ? "exact" : "possible";
        const same = found.get(id);
        if (same === undefined || (same.confidence === "possible" && confidence === "exact"))
          found.set(id, { id, distance, via, confidence });
      }
    }
    for (const one of found.values()) {
      if (reached.length >= mostFound) return { reached, truncated: true };
      reached.push(one);
      known.set(one.id, one.confidence);
    }
    level = [...found.keys()];
  }
  return { reached, truncated };
}
