import { type GraphNode, toWireId } from "../../domain/graph/mod.ts";
import { Fault } from "../../domain/mod.ts";
import type { ImpactTarget } from "./asks/ask.ts";
import { noNode } from "./reading.ts";
import type { UnitedGraph } from "./united-graph.ts";
import { walk } from "./walk.ts";

/** Nodes of one file, and nodes inside a target: more than any file has that a person wrote. */
const mostTargets = 1_000;
const mostInside = 5_000;

export interface Targets {
  readonly targets: readonly GraphNode[];
  /** The targets and all that they define: a change of a class changes its methods. */
  readonly starts: readonly string[];
  readonly truncated: boolean;
}

/** What a change is of. @throws Fault not-found for what isn't there. */
export async function findTargets(graph: UnitedGraph, target: ImpactTarget): Promise<Targets> {
  const { targets, truncated } = "nodeId" in target ? await byId(graph, target.nodeId) : await byPlace(graph, target);
  const inside = await walk(
    graph,
    targets.map(({ nodeId }) => nodeId),
    {
      direction: "outgoing",
      kinds: ["contains", "defines", "declares"],
      nodeKinds: [],
      maxDepth: 8,
      maxNodes: mostInside,
      mostEdges: 0,
      placed: false,
    },
  );
  return { targets, starts: inside.ids, truncated: truncated || inside.ids.length >= mostInside };
}

async function byId(graph: UnitedGraph, nodeId: string) {
  const node = (await graph.nodes([nodeId])).get(nodeId);
  if (node === undefined) throw noNode(nodeId);
  return { targets: [node], truncated: false };
}

/** A file and what it defines; with lines, what stands in them, and the file only where nothing does. */
async function byPlace(graph: UnitedGraph, { source, path, lines }: Exclude<ImpactTarget, { nodeId: string }>) {
  const fileId = toWireId(`${source}:file:${path}`);
  const file = (await graph.nodes([fileId])).get(fileId);
  if (file === undefined) {
    throw new Fault("not-found", `no indexed file '${path}' in source '${source}'`, {
      reason: "ARTIFACT_NOT_FOUND",
      metadata: { source, path },
    });
  }
  const { nodes, next } = await graph.search({ words: [], kinds: [], path, orphans: false }, 0, mostTargets);
  const here = nodes.filter((node) => {
    if (node.source !== source || node.nodeId === fileId || node.lines === undefined) return false;
    return lines === undefined || (node.lines.start <= lines.end && node.lines.end >= lines.start);
  });
  const byLine = here.sort((a, b) => a.lines!.start - b.lines!.start || (a.nodeId < b.nodeId ? -1 : 1));
  const targets = lines === undefined || here.length === 0 ? [file, ...byLine] : byLine;
  return { targets, truncated: next !== undefined };
}
