import {
  type Confidence,
  type Definition,
  type EdgeKind,
  type Evidence,
  edgeKinds,
  type GraphEdge,
  type GraphFacts,
  type GraphNode,
  type NodeKind,
  nodeId,
  noGraphFacts,
} from "../../src/domain/graph/mod.ts";
import type { At } from "../../src/domain/mod.ts";
import type { Contribution, EdgeQuery, GraphStore, GraphTotals, NodeQuery } from "../../src/ports/mod.ts";

export const never: AbortSignal = new AbortController().signal;

export const anyEdges: EdgeQuery = {
  direction: "both",
  kinds: [],
  confidences: [],
  limitPerNode: 10_000,
  offset: 0,
  evidence: true,
};

export const anyNodes: NodeQuery = { words: [], kinds: [], path: "", orphans: false };

export function at(source: string, generation: number): readonly At[] {
  return [{ source, generation }];
}

/** A function of a file: `symbolIn("a", "src/x.ts", "run")`. */
export function symbolIn(source: string, path: string, qualifiedName: string): GraphNode {
  const name = qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1);
  const lines = { start: 1, end: 2 };
  return {
    nodeId: nodeId(source, "symbol", path, qualifiedName),
    source,
    kind: "symbol",
    name,
    path,
    lines,
    symbol: { name, qualifiedName, kind: "function", lines },
    attributes: {},
  };
}

/** A node without a place in its file: files, packages, owners, subsystems. */
export function plainNode(source: string, kind: NodeKind, name: string, change: Partial<GraphNode> = {}): GraphNode {
  return {
    nodeId: nodeId(source, kind, name),
    source,
    kind,
    name: kind === "file" ? name.slice(name.lastIndexOf("/") + 1) : name,
    path: kind === "file" ? name : "",
    lines: undefined,
    symbol: undefined,
    attributes: {},
    ...change,
  };
}

export function edge(
  from: GraphNode | string,
  kind: EdgeKind,
  to: GraphNode | string,
  confidence: Confidence = "exact",
  evidence: readonly Evidence[] = [],
): GraphEdge {
  const id = (node: GraphNode | string) => (typeof node === "string" ? node : node.nodeId);
  return { from: id(from), to: id(to), kind, confidence, evidence };
}

export function place(path: string, start: number, end = start): Evidence {
  return { path, lines: { start, end } };
}

export function defines(...names: string[]): GraphFacts {
  const definitions = names.map(
    (name, at): Definition => ({
      name,
      qualifiedName: name,
      kind: "function",
      lines: { start: at + 1, end: at + 1 },
      parent: -1,
      exported: true,
      test: false,
    }),
  );
  return { ...noGraphFacts, definitions };
}

/** Writes one generation: what files contribute, and the files removed. */
export async function writeGraph(
  store: GraphStore,
  source: string,
  base: number,
  next: number,
  contributions: Readonly<Record<string, Partial<Contribution>>>,
  removed: readonly string[] = [],
): Promise<GraphTotals> {
  const writer = await store.begin(source, base, next, never);
  for (const path of removed) await writer.remove(path, never);
  for (const [path, contribution] of Object.entries(contributions))
    await writer.put(path, { nodes: [], edges: [], ...contribution }, never);
  return writer.commit(never);
}

/** Numbers below a limit that follow from a seed. */
export function dice(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const names = ["run", "parseConfig", "http_server", "Naïve", "日本語", "HTTPServer", "x9z", "e\u0301😀"];

/** Contributions of one file that overlap with other files' in nodes and edges. */
export function randomContribution(source: string, path: string, roll: (limit: number) => number): Contribution {
  const pool = (file: string): GraphNode[] => [
    plainNode(source, "file", file),
    ...names.map((name) => symbolIn(source, file, name)),
    ...names.slice(0, 3).map((name) => plainNode(source, "package", name, { attributes: { said: file } })),
  ];
  const own = pool(path).filter(() => roll(3) > 0);
  const others = ["src/a.ts", "src/b.ts", "docs/é.md", "\ufb01.py"].flatMap(pool);
  const pick = (list: readonly GraphNode[]) => list[roll(list.length)]!;
  const edges = Array.from({ length: roll(30) }, () => {
    const evidence = Array.from({ length: roll(4) }, () => place(path, 1 + roll(9), 10 + roll(3)));
    const ends = roll(4) === 0 || own.length === 0 ? [pick(others), pick(others)] : [pick(own), pick(others)];
    const kind = edgeKinds[roll(edgeKinds.length)]!;
    return edge(ends[0]!, kind, ends[1]!, roll(2) === 0 ? "exact" : "possible", evidence);
  });
  return { nodes: own, edges };
}
