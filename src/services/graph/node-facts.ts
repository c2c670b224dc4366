import { fromWireId, type GraphNode, type Standing, standingOf, toWireId } from "../../domain/graph/mod.ts";
import type { UnitedGraph } from "./united-graph.ts";

/** A node with what is known of the file it stands in. */
export interface PlacedNode extends GraphNode {
  readonly standing: Standing | undefined;
}

/** The caller's id of the file that a node stands in; "" for none. */
function fileIdOf({ source, path }: Pick<GraphNode, "source" | "path">): string {
  return path === "" ? "" : toWireId(`${source}:file:${path}`);
}

/** Nodes with what is known of their files. */
export async function placed(graph: UnitedGraph, nodes: readonly GraphNode[]): Promise<PlacedNode[]> {
  const files = new Map<string, GraphNode>();
  for (const node of nodes) if (node.kind === "file") files.set(node.nodeId, node);
  const missing = new Set(nodes.map(fileIdOf).filter((id) => id !== "" && !files.has(id)));
  for (const [id, file] of await graph.nodes([...missing])) files.set(id, file);
  return nodes.map((node) => {
    const file = files.get(fileIdOf(node));
    return { ...node, standing: file === undefined ? undefined : standingOf(file) };
  });
}

/** The kind that an id names: no store need be asked. */
export function kindOfId(wireId: string): string {
  return wireId.slice(0, Math.max(0, wireId.indexOf(":")));
}

/** The one source that an id names; "" where it spans sources or is none. */
export function sourceOfId(wireId: string, sources: readonly string[]): string {
  const stored = fromWireId(wireId, sources);
  return stored.length === 1 ? stored[0]!.slice(0, stored[0]!.indexOf(":")) : "";
}
