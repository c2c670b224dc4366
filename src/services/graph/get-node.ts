import type { GraphEdge } from "../../domain/graph/mod.ts";
import type { Degree } from "../../ports/mod.ts";
import type { NodeAsk } from "./asks/ask.ts";
import { ordered, type PlacedNode } from "./node-facts.ts";
import { type Caller, type GraphPorts, noNode, openReading, type Reading } from "./reading.ts";

export interface NodeAnswer {
  readonly reading: Reading;
  readonly node: PlacedNode;
  readonly degrees: readonly Degree[];
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly GraphEdge[];
  readonly nextPageToken: string;
}

/** A node, how many edges of each kind it has, and a page of its neighbours. */
export async function getNode(ports: GraphPorts, caller: Caller, ask: NodeAsk): Promise<NodeAnswer> {
  const reading = await openReading(ports, caller, ask);
  const { graph, offset } = reading;
  const query = {
    direction: ask.direction,
    kinds: ask.edgeKinds,
    confidences: [],
    limitPerNode: ask.pageSize + 1,
    offset,
    evidence: true,
  } as const;
  const around = await graph.neighbourhood(ask.nodeId, query);
  if (around === undefined) throw noNode(ask.nodeId);
  const { edges: found, degrees } = around;
  const edges = found.slice(0, ask.pageSize);
  const shown = new Set([ask.nodeId, ...edges.flatMap(({ from, to }) => [from, to])]);
  const [node, ...nodes] = ordered(around, shown);
  const more = found.length > edges.length ? offset + edges.length : undefined;
  return { reading, node: node!, degrees, nodes, edges, nextPageToken: await reading.next(more) };
}
