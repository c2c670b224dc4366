import { parseFile } from "../../../src/adapters/tree-sitter/mod.ts";
import { artifactTypeOf, buildCatalogue, languageOf, manifestPaths } from "../../../src/domain/discovery/mod.ts";
import {
  decidesOthers,
  edgeKinds,
  type FactSource,
  type FileToLink,
  type GraphEdge,
  type GraphFacts,
  type GraphNode,
  type Ground,
  Lookups,
  linkFiles,
  linkSource,
  outlineOf,
  PathIndex,
  packFacts,
  Settings,
  uniteEdges,
} from "../../../src/domain/graph/mod.ts";
import { headlong } from "../../../src/domain/mod.ts";

/** The kinds that linking finds, all but where things stand and whose they are. */
export const linkedKinds = edgeKinds.filter((kind) => !["contains", "defines", "owned-by"].includes(kind));

/** Lines of a file. */
export const text = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

const never = new AbortController().signal;

export type Tree = Readonly<Record<string, string>>;

export async function factsOf(path: string, text: string): Promise<GraphFacts> {
  const parsed = await parseFile({ path, bytes: new TextEncoder().encode(text) }, { parseMs: 10_000 });
  if (parsed.skipped) throw new Error(`${path} was skipped: ${parsed.reason}`);
  return parsed.graph;
}

export async function groundOf(tree: Tree, facts: ReadonlyMap<string, GraphFacts>): Promise<Ground> {
  const paths = Object.keys(tree);
  const manifests = new Map(manifestPaths(paths).map((path) => [path, tree[path]!]));
  const catalogue = await buildCatalogue(manifests, paths);
  const parts = new Map(catalogue.subsystems.map((part) => [part.name, part]));
  return {
    source: "s",
    paths: new PathIndex(paths),
    settings: new Settings(new Map([...facts].filter(([path]) => decidesOthers(path)))),
    place: (path) => catalogue.of(path),
    part: (name) => parts.get(name),
    catalogue: catalogue.subsystems.flatMap(({ name, origin }) => (origin === "catalogue" ? [name] : [])),
  };
}

function sourceOf(facts: ReadonlyMap<string, GraphFacts>): FactSource {
  return {
    outlines: async (paths) =>
      new Map(paths.flatMap((path) => (facts.has(path) ? [[path, outlineOf(packFacts(facts.get(path)!))]] : []))),
    async defining(names) {
      const found = new Map<string, string[]>();
      for (const path of [...facts.keys()].sort())
        for (const name of new Set(names))
          if (facts.get(path)!.definitions.some((one) => one.name === name))
            found.set(name, [...(found.get(name) ?? []), path]);
      return found;
    },
  };
}

export interface LinkedTree {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  /** `kind from -> to`, with "?" behind it when only possible; ids without the source's name; sorted. */
  lines(...kinds: readonly string[]): string[];
}

/**
 * Parses and links files as an ingest would, all at once.
 *
 * @param leaveOut whether files that may not be indexed are left out; else they are an error
 */
export async function linkTree(tree: Tree, leaveOut = false): Promise<LinkedTree> {
  const facts = new Map<string, GraphFacts>();
  for (const [path, text] of Object.entries(tree)) {
    try {
      facts.set(path, await factsOf(path, text));
    } catch (error) {
      if (!leaveOut) throw error;
    }
  }
  const ground = await groundOf(tree, facts);
  const files = [...facts].sort().map(([path, said]): FileToLink => {
    const language = languageOf(path, tree[path]!);
    const { subsystem, tags } = ground.place(path);
    const artifactType = artifactTypeOf(path, language, tree[path]!);
    return { path, facts: said, standing: { artifactType, language, subsystem, tags, commit: "", updatedAt: 0 } };
  });
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const source = linkSource(ground, []);
  for (const node of source.nodes) nodes.set(node.nodeId, node);
  edges.push(...source.edges);
  for await (const [, linked] of linkFiles(
    files,
    ground,
    new Lookups("s", sourceOf(facts), headlong, never),
    headlong,
  )) {
    for (const node of linked.nodes) if (!nodes.has(node.nodeId)) nodes.set(node.nodeId, node);
    edges.push(...linked.edges);
  }
  const united = uniteEdges(edges);
  return {
    nodes,
    edges: united,
    lines: (...kinds) =>
      united
        .filter(({ kind }) => kinds.includes(kind))
        .map(
          ({ kind, from, to, confidence }) =>
            `${kind} ${bare(from)} -> ${bare(to)}${confidence === "exact" ? "" : "?"}`,
        )
        .sort(),
  };
}

/** `s:symbol:a.ts#f` → `a.ts#f`; other kinds keep their name: `package:npm/x`. */
function bare(id: string): string {
  return id.replace(/^s:(?:symbol|file|section|message|rpc):/, "").replace(/^s:/, "");
}
