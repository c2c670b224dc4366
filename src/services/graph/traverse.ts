import type { GraphEdge } from "../../domain/graph/mod.ts";
import type { TraverseAsk } from "./asks/ask.ts";
import { ordered, type PlacedNode } from "./node-facts.ts";
import { type Caller, type GraphPorts, noNode, openReading, type Reading } from "./reading.ts";
import { walk } from "./walk.ts";

export interface SubgraphAnswer {
  readonly reading: Reading;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly GraphEdge[];
  readonly truncated: boolean;
}

/** Edges in one reply, about 150 bytes each. */
const mostEdges = 10_000;

export async function traverse(ports: GraphPorts, caller: Caller, ask: TraverseAsk): Promise<SubgraphAnswer> {
  const reading = await openReading(ports, caller, ask);
  const { graph } = reading;
  const starts = [...new Set(ask.nodeIds)];
  const { direction, edgeKinds: kinds, nodeKinds, maxDepth } = ask;
  const maxNodes = Math.max(ask.maxNodes, starts.length);
  const how = { direction, kinds, nodeKinds, maxDepth, maxNodes, mostEdges, placed: true };
  const walked = await walk(graph, starts, how);
  const nodes = ordered(walked.around, walked.ids);
  const found = new Set(nodes.map(({ nodeId }) => nodeId));
  const missing = starts.find((id) => !found.has(id));
  if (missing !== undefined) throw noNode(missing);
  return { reading, nodes, edges: walked.edges, truncated: walked.truncated };
}
