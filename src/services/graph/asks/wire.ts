import type {
  AnalyzeImpactRequest,
  Direction,
  FindPathRequest,
  GetNodeRequest,
  GetSubsystemRequest,
  ListOrphansRequest,
  ListSubsystemsRequest,
  QueryCypherRequest,
  SearchNodesRequest,
  TraverseRequest,
} from "../../../../gen/knowledge/v1/graph_service.ts";
import { type EdgeKind, edgeKinds, type NodeKind, nodeKinds } from "../../../domain/graph/mod.ts";
import { invalid, pageSize } from "../../../domain/mod.ts";
import type { CypherQuestion, EdgeDirection } from "../../../ports/mod.ts";
import { parametersOf } from "../query-cypher.ts";
import type {
  AskedPage,
  ImpactAsk,
  ImpactTarget,
  NodeAsk,
  PathAsk,
  SearchAsk,
  SubsystemAsk,
  SubsystemsAsk,
  TraverseAsk,
} from "./ask.ts";

const defaultPage = 50;
const largestPage = 500;
/** Ids, paths and names; those of files that exist are far shorter. */
const longest = 8_192;
/** Of Cypher. The ledger keeps it whole. */
const longestStatement = 10_000;
const mostValues = 256;
const mostStarts = 100;
const longestQuery = 1_024;
const mostWords = 16;

export function toNodeAsk(request: GetNodeRequest): NodeAsk {
  return {
    ...paged(request),
    nodeId: named("node_id", request.nodeId),
    direction: toDirection(request.direction),
    edgeKinds: toEdgeKinds(request.edgeKinds),
  };
}

export function toSearchAsk(request: SearchNodesRequest): SearchAsk {
  const { query } = request;
  if (query.length > longestQuery) throw invalid("query", `must not be longer than ${longestQuery} characters`);
  const words = query.split(/\s+/u).filter((word) => word !== "");
  if (words.length > mostWords) throw invalid("query", `must not hold more than ${mostWords} words`);
  return { ...paged(request), words, kinds: toNodeKinds("kinds", request.kinds), sources: toSources(request.sources) };
}

export function toOrphansAsk(request: ListOrphansRequest): SearchAsk {
  const kinds = request.kind === 0 ? [] : toNodeKinds("kind", [request.kind]);
  return { ...paged(request), words: [], kinds, sources: toSources(request.sources) };
}

export function toTraverseAsk(request: TraverseRequest): TraverseAsk {
  const { nodeIds } = request;
  if (nodeIds.length === 0) throw invalid("node_ids", "must name a node to start from; SearchNodes finds them");
  if (nodeIds.length > mostStarts) throw invalid("node_ids", `must not name more than ${mostStarts} nodes`);
  return {
    minGeneration: toGenerations(request.minGeneration),
    nodeIds: nodeIds.map((id) => named("node_ids", id)),
    direction: toDirection(request.direction),
    edgeKinds: toEdgeKinds(request.edgeKinds),
    nodeKinds: toNodeKinds("node_kinds", request.nodeKinds),
    maxDepth: within("max_depth", request.maxDepth, 1, 6),
    maxNodes: within("max_nodes", request.maxNodes, 200, 1_000),
  };
}

export function toPathAsk(request: FindPathRequest): PathAsk {
  return {
    minGeneration: toGenerations(request.minGeneration),
    from: named("from", request.from),
    to: named("to", request.to),
    direction: toDirection(request.direction),
    edgeKinds: toEdgeKinds(request.edgeKinds),
    maxDepth: within("max_depth", request.maxDepth, 6, 12),
  };
}

export function toImpactAsk(request: AnalyzeImpactRequest): ImpactAsk {
  return {
    ...paged(request),
    target: toTarget(request),
    maxDepth: within("max_depth", request.maxDepth, 3, 6),
    exactOnly: request.exactOnly,
  };
}

function toTarget({ target }: AnalyzeImpactRequest): ImpactTarget {
  if (target === undefined) throw invalid("target", "must be a node_id or a location");
  if (target.$case === "nodeId") return { nodeId: named("node_id", target.value) };
  const { source, path, lines } = target.value;
  named("location.source", source);
  named("location.path", path);
  if (lines !== undefined && (lines.start < 1 || lines.end < lines.start)) {
    throw invalid("location.lines", "must start at 1 or later, and not end before they start");
  }
  return { source, path, lines: lines === undefined ? undefined : { start: lines.start, end: lines.end } };
}

export function toSubsystemsAsk(request: ListSubsystemsRequest): SubsystemsAsk {
  return { ...paged(request), sources: toSources(request.sources) };
}

export function toSubsystemAsk(request: GetSubsystemRequest): SubsystemAsk {
  return { ...paged(request), source: named("source", request.source), name: named("name", request.name) };
}

export function toCypherQuestion({ query, parametersJson, limit }: QueryCypherRequest): CypherQuestion {
  return {
    statement: named("query", query, longestStatement),
    parameters: parametersOf(parametersJson),
    limit: within("limit", limit, 100, 1_000),
  };
}

interface Paged {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly minGeneration: { readonly [source: string]: number };
}

function paged(request: Paged): AskedPage {
  const { pageSize: size, pageToken, ...rest } = request;
  return {
    minGeneration: toGenerations(request.minGeneration),
    pageSize: pageSize(size, defaultPage, largestPage),
    pageToken,
    pageArgs: rest,
  };
}

function named(field: string, value: string, most = longest): string {
  if (value === "") throw invalid(field, "must not be empty");
  if (value.length > most) throw invalid(field, `must not be longer than ${most} characters`);
  return value;
}

/** 0 is the default; past the cap is refused, since a smaller answer would look like a whole one. */
function within(field: string, asked: number, fallback: number, cap: number): number {
  if (asked > cap) throw invalid(field, `must be at most ${cap}; leave it 0 for ${fallback}`);
  return asked === 0 ? fallback : asked;
}

const directions: readonly EdgeDirection[] = ["both", "outgoing", "incoming", "both"];

function toDirection(value: Direction): EdgeDirection {
  const direction = directions[value];
  if (direction === undefined) throw invalid("direction", "unknown; use OUTGOING, INCOMING or BOTH");
  return direction;
}

function toEdgeKinds(values: readonly number[]): readonly EdgeKind[] {
  return kinds("edge_kinds", values, edgeKinds);
}

function toNodeKinds(field: string, values: readonly number[]): readonly NodeKind[] {
  return kinds(field, values, nodeKinds);
}

/** The contract numbers both enums in the domain's order, from 1. */
function kinds<T>(field: string, values: readonly number[], known: readonly T[]): readonly T[] {
  if (values.length > mostValues) throw invalid(field, `must not name more than ${mostValues} kinds`);
  return [...new Set(values)].map((value) => {
    const kind = known[value - 1];
    if (kind === undefined) throw invalid(field, "holds an unknown or unspecified kind");
    return kind;
  });
}

function toSources(values: readonly string[]): readonly string[] {
  if (values.length > mostValues) throw invalid("sources", `must not name more than ${mostValues} sources`);
  return values.map((value) => named("sources", value));
}

function toGenerations(map: { readonly [source: string]: number }): ReadonlyMap<string, number> {
  return new Map(Object.entries(map));
}
