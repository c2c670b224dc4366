import type { GraphEdge, GraphNode } from "../../../domain/graph/mod.ts";
import type { ArtifactType } from "../../../domain/mod.ts";
import type { KnownFile, SourceGraph } from "./source-graph.ts";

/** A document that is older than what it describes. */
export interface StaleDoc {
  readonly path: string;
  /** Unix ms. */
  readonly updatedAt: number;
  /** What it describes that changed since, sorted. */
  readonly changed: readonly string[];
}

type Files = ReadonlyMap<string, KnownFile>;

/** What documents describe. Manifests and settings change for reasons that no document tells of. */
const described: ReadonlySet<ArtifactType> = new Set<ArtifactType>(["code", "test", "proto"]);
/** Documents whose edges are in memory at a time. */
const perSlice = 100;

/**
 * Documents of which something that they name changed in a later commit than they did, in path order. One and the same
 * commit makes nothing stale; neither does a file of which nobody knows when it changed.
 */
export async function staleDocs(graph: SourceGraph, files: Files): Promise<readonly StaleDoc[]> {
  const docs = [...files].filter(([, { artifactType, updatedAt }]) => artifactType === "doc" && updatedAt > 0);
  const stale: StaleDoc[] = [];
  for (let from = 0; from < docs.length; from += perSlice) {
    const some = docs.slice(from, from + perSlice);
    const named = await namedBy(
      graph,
      some.map(([path]) => path),
    );
    for (const [path, { updatedAt }] of some) {
      const changed = [...(named.get(path) ?? [])].filter((other) => {
        const file = other === path ? undefined : files.get(other);
        return file !== undefined && described.has(file.artifactType) && file.updatedAt > updatedAt;
      });
      if (changed.length > 0) stale.push({ path, updatedAt, changed: changed.sort() });
    }
  }
  return stale;
}

/** The files that documents, or their sections, name, by the document's path. */
async function namedBy(
  graph: SourceGraph,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const docOf = await withSections(graph, paths);
  const edges = await graph.outgoing([...docOf.keys()], ["documents"]);
  const targets = new Map<string, GraphNode>();
  for (const node of await graph.nodes(new Set(edges.map(({ to }) => to)))) targets.set(node.nodeId, node);
  const named = new Map<string, Set<string>>(paths.map((path) => [path, new Set()]));
  for (const edge of sure(edges, targets)) named.get(docOf.get(edge.from)!)!.add(targets.get(edge.to)!.path);
  return named;
}

/** Nodes of documents and of all their sections, each with its document. */
async function withSections(graph: SourceGraph, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const docOf = new Map(paths.map((path) => [graph.fileId(path), path]));
  for (let level = [...docOf.keys()]; level.length > 0; ) {
    const inside: string[] = [];
    for (const { from, to } of await graph.outgoing(level, ["defines"])) {
      if (docOf.has(to)) continue;
      docOf.set(to, docOf.get(from)!);
      inside.push(to);
    }
    level = inside;
  }
  return docOf;
}

/** Any word of a sentence may be somebody's function. What has a capital, a dot or an underscore is meant as a name. */
const word = /^\p{Ll}+$/u;

/**
 * Edges that are exact, or whose name is no plain word and leads to one file alone: of several namesakes nobody knows
 * which was meant.
 */
function sure(edges: readonly GraphEdge[], targets: ReadonlyMap<string, GraphNode>): readonly GraphEdge[] {
  const known = edges.filter(({ to }) => targets.has(to));
  const places = new Map<string, Set<string>>();
  const key = ({ from, to }: GraphEdge) => `${from}\n${targets.get(to)!.name}`;
  for (const edge of known) {
    const found = places.get(key(edge)) ?? new Set();
    places.set(key(edge), found.add(targets.get(edge.to)!.path));
  }
  const told = (edge: GraphEdge) => !word.test(targets.get(edge.to)!.name) && places.get(key(edge))!.size === 1;
  return known.filter((edge) => edge.confidence === "exact" || told(edge));
}
