import { memoryGraphStore } from "../../../src/adapters/memory/graph-store.ts";
import { packFile, parseFile } from "../../../src/adapters/tree-sitter/mod.ts";
import type { GraphEdge, GraphNode } from "../../../src/domain/graph/mod.ts";
import type { At } from "../../../src/domain/mod.ts";
import type { GraphStore, Parser, Source } from "../../../src/ports/mod.ts";
import type { IngestParts } from "../../../src/services/ingest/mod.ts";
import { type Bench, bench, never } from "./harness.ts";

/** The real parser on this thread, which remembers what it has parsed: property tests parse the same texts again and again. */
export function realParser(version = "p1"): Parser {
  const known = new Map<string, ReturnType<typeof parseFile>>();
  return {
    version,
    async parse({ source, path, bytes }) {
      const key = `${path}\n${new TextDecoder().decode(bytes)}`;
      const read = known.get(key) ?? parseFile({ path, bytes }, { parseMs: 10_000 });
      known.set(key, read);
      return packFile({ source, path }, await read);
    },
    async close() {},
  };
}

export interface GraphBench extends Bench {
  readonly graph: GraphStore;
}

const parser = realParser();

export function graphBench(sources: readonly Source[], over: Partial<IngestParts> = {}): GraphBench {
  const graph = over.graph ?? memoryGraphStore();
  return { ...bench(sources, { parser, ...over, graph }), graph };
}

export interface WholeGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Everything that a source's served graph holds, in one order. */
export async function wholeGraph({ graph, state }: GraphBench, source: string): Promise<WholeGraph> {
  const revision = state.revisions.served().find((served) => served.source === source);
  if (revision === undefined) return { nodes: [], edges: [] };
  const at: At[] = [revision];
  const nodes: GraphNode[] = [];
  for (;;) {
    const query = { words: [], kinds: [], path: "", orphans: false };
    const page = await graph.search(at, query, nodes.length, 10_000, never);
    nodes.push(...page);
    if (page.length < 10_000) break;
  }
  nodes.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  const edges: GraphEdge[] = [];
  const outgoing = { direction: "outgoing", kinds: [], confidences: [], offset: 0, evidence: true } as const;
  for (let from = 0; from < nodes.length; from += 1_000) {
    const ids = nodes.slice(from, from + 1_000).map(({ nodeId }) => nodeId);
    edges.push(...(await graph.edges(at, ids, { ...outgoing, limitPerNode: 10_000 }, never)));
  }
  return { nodes, edges };
}

/** Sorted, one line an edge: `kind from -> to`, "?" behind it when only possible. */
export function edgeLines({ edges }: WholeGraph, ...kinds: readonly string[]): string[] {
  const bare = (id: string) => id.replace(/^[^:]*:(?:symbol|file|section|message|rpc):/, "").replace(/^[^:]*:/, "");
  return edges
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ kind, from, to, confidence }) => `${kind} ${bare(from)} -> ${bare(to)}${confidence === "exact" ? "" : "?"}`)
    .sort();
}
