import type { Neighbourhood, PlacedNodes, WalkedNodes } from "../../../ports/mod.ts";
import { fromEdgesAnswer } from "./edges-wire.ts";
import { fromNodeRows } from "./node-row.ts";
import type { NeighbourhoodAnswer, PlacedAnswer, WalkAnswer } from "./reader-operations.ts";

export function fromPlacedAnswer(answer: PlacedAnswer): PlacedNodes {
  // Told apart by their ids, since of both some may be gone.
  const files = new Set(answer.ids.slice(answer.ids.length - answer.files));
  const all = fromNodeRows(answer);
  return {
    nodes: all.filter(({ nodeId }) => !files.has(nodeId)),
    files: all.filter(({ nodeId }) => files.has(nodeId)),
  };
}

export function fromNeighbourhoodAnswer(nodeId: string, answer: NeighbourhoodAnswer): Neighbourhood {
  const { nodes, files } = fromPlacedAnswer(answer.nodes);
  const [node, ...others] = nodes;
  if (node?.nodeId !== nodeId) return { node: undefined, degrees: [], edges: [], nodes: [], files: [] };
  return { node, degrees: answer.degrees, edges: fromEdgesAnswer(answer.edges), nodes: others, files };
}

export function fromWalkAnswer({ nodes, edges, truncated }: WalkAnswer): WalkedNodes {
  const ids = nodes.ids.slice(0, nodes.ids.length - nodes.files);
  return { ...fromPlacedAnswer(nodes), ids, edges: fromEdgesAnswer({ ids, ...edges }), truncated };
}
