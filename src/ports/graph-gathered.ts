import { type GraphNode, nodeId } from "../domain/graph/mod.ts";
import type { At } from "../domain/mod.ts";
import {
  type EdgeQuery,
  type GraphStore,
  mostCounted,
  type Neighbourhood,
  type PlacedNodes,
  type Usage,
  usingKinds,
} from "./graph-store.ts";

/** What is asked of a store one after another. */
type Reads = Pick<GraphStore, "nodes" | "edges" | "degrees">;

/** Ids of the files that nodes stand in and that are not among them. */
export function filesOf(nodes: readonly GraphNode[]): readonly string[] {
  const known = new Set(nodes.map((node) => node.nodeId));
  const files = new Set(nodes.flatMap(({ source, path }) => (path === "" ? [] : nodeId(source, "file", path))));
  return [...files].filter((id) => !known.has(id));
}

/** `GraphStore.placed`, for a store in which calls cost little or that has no better way. */
export async function gatherPlaced(
  store: Reads,
  at: readonly At[],
  nodeIds: readonly string[],
  signal: AbortSignal,
): Promise<PlacedNodes> {
  const nodes = await store.nodes(at, [...new Set(nodeIds)], signal);
  return { nodes, files: await store.nodes(at, filesOf(nodes), signal) };
}

/** `GraphStore.usage`, likewise. */
export async function gatherUsage(
  store: Pick<GraphStore, "edges">,
  at: readonly At[],
  nodeIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly Usage[]> {
  const count = async (kinds: EdgeQuery["kinds"], confidences: EdgeQuery["confidences"]) => {
    // An edge of each kind may come from the node itself, and is not counted.
    const limitPerNode = mostCounted + kinds.length;
    const query = { direction: "incoming", kinds, confidences, limitPerNode, offset: 0, evidence: false } as const;
    const counts = new Map<string, number>();
    for (const { from, to } of await store.edges(at, [...new Set(nodeIds)], query, signal))
      if (from !== to) counts.set(to, (counts.get(to) ?? 0) + 1);
    return (id: string) => Math.min(mostCounted, counts.get(id) ?? 0);
  };
  const [users, tests] = await Promise.all([count(usingKinds, ["exact"]), count(["tests"], [])]);
  return nodeIds.map((id) => ({ users: users(id), tests: tests(id) }));
}

/** `GraphStore.neighbourhood`, likewise. */
export async function gatherNeighbourhood(
  store: Reads,
  at: readonly At[],
  nodeId: string,
  query: EdgeQuery,
  signal: AbortSignal,
): Promise<Neighbourhood> {
  const [edges, degrees] = await Promise.all([
    store.edges(at, [nodeId], query, signal),
    store.degrees(at, nodeId, signal),
  ]);
  const others = new Set(edges.flatMap(({ from, to }) => [from, to]));
  others.delete(nodeId);
  const { nodes, files } = await gatherPlaced(store, at, [nodeId, ...others], signal);
  if (nodes[0]?.nodeId !== nodeId) return { node: undefined, degrees: [], edges: [], nodes: [], files: [] };
  return { node: nodes[0], degrees, edges, nodes: nodes.slice(1), files };
}
