import type { GraphEdge } from "../../domain/graph/mod.ts";
import type { TraverseAsk } from "./asks/ask.ts";
import { type PlacedNode, placed } from "./node-facts.ts";
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
  const known = await graph.nodes(starts);
  const missing = starts.find((id) => !known.has(id));
  if (missing !== undefined) throw noNode(missing);
  const { direction, edgeKinds: kinds, nodeKinds, maxDepth } = ask;
  const maxNodes = Math.max(ask.maxNodes, starts.length);
  const walked = await walk(graph, starts, { direction, kinds, nodeKinds, maxDepth, maxNodes, mostEdges });
  const found = await graph.nodes(walked.ids.slice(starts.length));
  const nodes = walked.ids.flatMap((id) => known.get(id) ?? found.get(id) ?? []);
  return { reading, nodes: await placed(graph, nodes), edges: walked.edges, truncated: walked.truncated };
}
