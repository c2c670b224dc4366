import { fromWireId, type GraphNode, type Standing, standingOf, toWireId } from "../../domain/graph/mod.ts";
import type { PlacedGraph, UnitedGraph } from "./united-graph.ts";

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
  if (missing.size > 0) for (const [id, file] of await graph.nodes([...missing])) files.set(id, file);
  return standing(nodes, files);
}

/** Nodes as the graph has them, in the order of their ids, with what is known of their files: one call. */
export async function placedById(graph: UnitedGraph, ids: readonly string[]): Promise<PlacedNode[]> {
  return ordered(await graph.placed(ids), ids);
}

/** Of nodes that were read with their files, those with the ids. */
export function ordered({ nodes, files }: PlacedGraph, ids: Iterable<string>): PlacedNode[] {
  const all = new Map(files);
  for (const node of nodes.values()) if (node.kind === "file") all.set(node.nodeId, node);
  const here: GraphNode[] = [];
  for (const id of ids) {
    const node = nodes.get(id);
    if (node !== undefined) here.push(node);
  }
  return standing(here, all);
}

function standing(nodes: readonly GraphNode[], files: ReadonlyMap<string, GraphNode>): PlacedNode[] {
  // Nodes of one file share what is known of it.
  const known = new Map<string, Map<string, Standing | undefined>>();
  const of = (node: GraphNode): Standing | undefined => {
    const here = known.get(node.source) ?? new Map<string, Standing | undefined>();
    known.set(node.source, here);
    if (here.has(node.path)) return here.get(node.path);
    const file = files.get(fileIdOf(node));
    const made = file === undefined ? undefined : standingOf(file);
    here.set(node.path, made);
    return made;
  };
  return nodes.map((node) => {
    const { nodeId, source, kind, name, path, lines, symbol, attributes } = node;
    return { nodeId, source, kind, name, path, lines, symbol, attributes, standing: of(node) };
  });
}

/** The kind that an id names: no store need be asked. */
export function kindOfId(wireId: string): string {
  return wireId.slice(0, Math.max(0, wireId.indexOf(":")));
}

/** The one source that an id names; "" where it spans sources or is none of these. */
export function sourceOfId(wireId: string, sources: readonly string[]): string {
  const stored = fromWireId(wireId, sources);
  return stored.length === 1 ? stored[0]!.slice(0, stored[0]!.indexOf(":")) : "";
}
