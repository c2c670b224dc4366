import { isOfTests, orphanKinds } from "../../domain/graph/mod.ts";
import type { SearchAsk } from "./asks/ask.ts";
import { type PlacedNode, placed } from "./node-facts.ts";
import { type Caller, type GraphPorts, openReading, type Reading } from "./reading.ts";

export interface NodesAnswer {
  readonly reading: Reading;
  readonly nodes: readonly PlacedNode[];
  readonly nextPageToken: string;
}

export async function searchNodes(ports: GraphPorts, caller: Caller, ask: SearchAsk): Promise<NodesAnswer> {
  const reading = await openReading(ports, caller, ask, ask.sources);
  const query = { words: ask.words, kinds: ask.kinds, path: "", orphans: false };
  const { nodes, next } = await reading.graph.search(query, reading.offset, ask.pageSize);
  return { reading, nodes: await placed(reading.graph, nodes), nextPageToken: await reading.next(next) };
}

/** Nodes that nothing uses. Tests are left out: nothing calls them but their runner. */
export async function listOrphans(ports: GraphPorts, caller: Caller, ask: SearchAsk): Promise<NodesAnswer> {
  const reading = await openReading(ports, caller, ask, ask.sources);
  const query = { words: [], kinds: ask.kinds.length === 0 ? orphanKinds : ask.kinds, path: "", orphans: true };
  const { graph, offset } = reading;
  const { nodes, next } = await graph.search(query, offset, ask.pageSize, (node) => !isOfTests(node));
  return { reading, nodes: await placed(graph, nodes), nextPageToken: await reading.next(next) };
}
