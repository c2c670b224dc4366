import { edgeKey, type GraphEdge } from "../../domain/graph/mod.ts";
import type { EdgeDirection, EdgeQuery } from "../../ports/mod.ts";
import type { PathAsk } from "./asks/ask.ts";
import { ordered } from "./node-facts.ts";
import { type Caller, type GraphPorts, noNode, openReading } from "./reading.ts";
import type { SubgraphAnswer } from "./traverse.ts";
import type { UnitedGraph } from "./united-graph.ts";

/** Nodes that a search for a path may look at from one end; then it says that it gave up. */
const mostSeen = 50_000;
const perCall = 1_000;
const mostOfOne = 10_000;

interface Side {
  readonly direction: EdgeDirection;
  /** By node: the edge by which it was first met; undefined for where the side starts. */
  readonly seen: Map<string, GraphEdge | undefined>;
  level: string[];
  depth: number;
}

/** The shortest path, level by level from both ends; of several the one that is met first, always the same. */
export async function findPath(ports: GraphPorts, caller: Caller, ask: PathAsk): Promise<SubgraphAnswer> {
  const reading = await openReading(ports, caller, ask);
  const { graph } = reading;
  const sides = [side(ask.from, ask.direction), side(ask.to, against(ask.direction))] as const;
  let middle = ask.from === ask.to ? ask.from : undefined;
  let truncated = false;
  while (middle === undefined && sides[0].depth + sides[1].depth < ask.maxDepth) {
    const [one, other] = sides[0].level.length <= sides[1].level.length ? sides : [sides[1], sides[0]];
    if (one.level.length === 0 || one.seen.size > mostSeen) {
      truncated ||= one.level.length > 0;
      break;
    }
    truncated = (await step(graph, one, ask.edgeKinds)) || truncated;
    const met = one.level.filter((id) => other.seen.has(id)).sort();
    middle = met[0];
  }
  if (middle === undefined) {
    throwIfMissing(ask, await graph.nodes([ask.from, ask.to]));
    return { reading, nodes: [], edges: [], truncated };
  }
  const forward = chain(sides[0], middle).reverse();
  const edges = [...forward, ...chain(sides[1], middle)];
  const ids = [ask.from];
  for (const edge of edges) ids.push(edge.from === ids.at(-1) ? edge.to : edge.from);
  const [around, told] = await Promise.all([graph.placed(ids), withEvidence(graph, ids, edges)]);
  throwIfMissing(ask, around.nodes);
  // That hubs were cut on the way says nothing about a path that was found.
  return { reading, nodes: ordered(around, ids), edges: told, truncated: false };
}

/** Looked at last: what isn't there has no edges, and a call more costs as much as a step. */
function throwIfMissing({ from, to }: PathAsk, nodes: ReadonlyMap<string, unknown>): void {
  for (const id of [from, to]) if (!nodes.has(id)) throw noNode(id);
}

function against(direction: EdgeDirection): EdgeDirection {
  if (direction === "both") return "both";
  return direction === "outgoing" ? "incoming" : "outgoing";
}

function side(start: string, direction: EdgeDirection): Side {
  return { direction, seen: new Map([[start, undefined]]), level: [start], depth: 0 };
}

/** Takes one side a level further. Returns whether a node had more edges than are read. */
async function step(graph: UnitedGraph, one: Side, kinds: EdgeQuery["kinds"]): Promise<boolean> {
  const query = {
    direction: one.direction,
    kinds,
    confidences: [],
    limitPerNode: mostOfOne,
    offset: 0,
    evidence: false,
  };
  const next: string[] = [];
  let cut = false;
  for (let from = 0; from < one.level.length; from += perCall) {
    const part = one.level.slice(from, from + perCall);
    const inPart = new Set(part);
    const edges = await graph.edges(part, query);
    cut ||= edges.length >= mostOfOne;
    for (const edge of edges) {
      const forward = one.direction !== "incoming" && inPart.has(edge.from);
      const backward = one.direction !== "outgoing" && inPart.has(edge.to);
      for (const [goes, other] of [
        [forward, edge.to],
        [backward, edge.from],
      ] as const) {
        if (!goes || one.seen.has(other)) continue;
        one.seen.set(other, edge);
        next.push(other);
      }
    }
  }
  one.level = next;
  one.depth += 1;
  return cut;
}

/** The edges from a node back to where the side starts. */
function chain({ seen }: Side, from: string): GraphEdge[] {
  const edges: GraphEdge[] = [];
  for (let at = from, edge = seen.get(at); edge !== undefined; edge = seen.get(at)) {
    edges.push(edge);
    at = edge.from === at ? edge.to : edge.from;
  }
  return edges;
}

async function withEvidence(
  graph: UnitedGraph,
  ids: readonly string[],
  edges: readonly GraphEdge[],
): Promise<readonly GraphEdge[]> {
  if (edges.length === 0) return [];
  const kinds = [...new Set(edges.map(({ kind }) => kind))];
  const query = { direction: "both", kinds, confidences: [], limitPerNode: 1_000, offset: 0, evidence: true } as const;
  const told = new Map((await graph.edges(ids, query)).map((edge) => [edgeKey(edge), edge]));
  return edges.map((edge) => told.get(edgeKey(edge)) ?? edge);
}
