import type {
  AnalyzeImpactResponse,
  Edge,
  FindPathResponse,
  GetNodeResponse,
  GetSubsystemResponse,
  ListSubsystemsResponse,
  Node,
  QueryCypherResponse,
  SearchNodesResponse,
  Subsystem,
  TraverseResponse,
  DeepPartial as Wire,
} from "../../../gen/knowledge/v1/graph_service.ts";
import { confidences, edgeKinds, type GraphEdge, nodeKinds } from "../../domain/graph/mod.ts";
import { artifactTypes, type CodeSymbol, type Revision, symbolKinds } from "../../domain/mod.ts";
import type { CypherAnswer } from "../../ports/mod.ts";
import type { DependentNode, ImpactAnswer } from "./analyze-impact.ts";
import type { NodeAnswer } from "./get-node.ts";
import { type PlacedNode, sourceOfId } from "./node-facts.ts";
import type { Reading } from "./reading.ts";
import type { NodesAnswer } from "./search-nodes.ts";
import type { SubsystemAnswer, SubsystemFacts, SubsystemsAnswer } from "./subsystems.ts";
import type { SubgraphAnswer } from "./traverse.ts";

export function fromNodeAnswer(answer: NodeAnswer): Wire<GetNodeResponse> {
  const { reading, node, degrees, nodes, edges, nextPageToken } = answer;
  return {
    node: fromNode(node),
    degrees: degrees.map(({ kind, outgoing, incoming }) => ({ kind: edgeKindNumber(kind), outgoing, incoming })),
    neighbourhood: subgraph(reading, nodes, edges, nextPageToken !== ""),
    nextPageToken,
    revisions: revisions(reading),
  };
}

export function fromCypherAnswer({ columns, rows, truncated }: CypherAnswer): Wire<QueryCypherResponse> {
  return { columns: [...columns], rowsJson: [...rows], truncated };
}

/** Of SearchNodes and of ListOrphans: the same fields. */
export function fromNodesAnswer({ reading, nodes, nextPageToken }: NodesAnswer): Wire<SearchNodesResponse> {
  return { nodes: nodes.map(fromNode), nextPageToken, revisions: revisions(reading) };
}

export function fromTraverseAnswer({ reading, nodes, edges, truncated }: SubgraphAnswer): Wire<TraverseResponse> {
  return { subgraph: subgraph(reading, nodes, edges, truncated), revisions: revisions(reading) };
}

export function fromPathAnswer({ reading, nodes, edges, truncated }: SubgraphAnswer): Wire<FindPathResponse> {
  return { path: subgraph(reading, nodes, edges, truncated), revisions: revisions(reading) };
}

export function fromImpactAnswer(answer: ImpactAnswer): Wire<AnalyzeImpactResponse> {
  const { reading, targets, dependents, tests, subsystems, truncated, nextPageToken } = answer;
  const sources = sourcesOf(reading);
  return {
    targets: targets.map(fromNode),
    dependents: dependents.map((dependent) => fromDependent(dependent, sources)),
    tests: tests.map(fromNode),
    subsystems: [...subsystems],
    truncated,
    nextPageToken,
    revisions: revisions(reading),
  };
}

function fromDependent({ node, distance, via, confidence }: DependentNode, sources: readonly string[]) {
  return {
    node: fromNode(node),
    distance,
    via: fromEdge(via, sources),
    confidence: confidenceNumber(confidence),
  };
}

export function fromSubsystemsAnswer(answer: SubsystemsAnswer): Wire<ListSubsystemsResponse> {
  const { reading, subsystems, nextPageToken } = answer;
  return { subsystems: subsystems.map(fromSubsystem), nextPageToken, revisions: revisions(reading) };
}

export function fromSubsystemAnswer(answer: SubsystemAnswer): Wire<GetSubsystemResponse> {
  const { reading, subsystem, dependencies, dependents, members, nextPageToken } = answer;
  return {
    subsystem: fromSubsystem(subsystem),
    dependencies: [...dependencies],
    dependents: [...dependents],
    members: members.map(fromNode),
    nextPageToken,
    revision: revisions(reading)[0],
  };
}

function fromSubsystem({ node, owners, files, tests, docs }: SubsystemFacts): Wire<Subsystem> {
  const { source, name, attributes } = node;
  const tags = attributes["tags"] ?? "";
  return {
    source,
    name,
    description: attributes["description"] ?? "",
    criticality: attributes["criticality"] ?? "",
    owners: [...owners],
    tags: tags === "" ? [] : tags.split("\n"),
    files,
    tests,
    docs,
  };
}

function sourcesOf({ graph }: Reading): readonly string[] {
  return graph.at.map(({ source }) => source);
}

function subgraph(reading: Reading, nodes: readonly PlacedNode[], edges: readonly GraphEdge[], truncated: boolean) {
  const sources = sourcesOf(reading);
  return { nodes: nodes.map(fromNode), edges: edges.map((edge) => fromEdge(edge, sources)), truncated };
}

function fromNode(node: PlacedNode): Wire<Node> {
  const { nodeId, kind, name, source, path, lines, symbol, attributes, standing } = node;
  const artifact = {
    source,
    path,
    artifactType: enumNumber<NonNullable<Wire<Node>["artifact"]>["artifactType"]>(
      standing === undefined ? 0 : artifactTypes.indexOf(standing.artifactType) + 1,
    ),
    language: standing?.language ?? "",
    subsystem: standing?.subsystem ?? "",
    tags: [...(standing?.tags ?? [])],
    commit: standing?.commit ?? "",
    updatedAt: standing !== undefined && standing.updatedAt > 0 ? new Date(standing.updatedAt) : undefined,
  };
  return {
    nodeId,
    kind: enumNumber<Wire<Node>["kind"]>(nodeKinds.indexOf(kind) + 1),
    name,
    artifact: path === "" ? undefined : artifact,
    lines,
    symbol: symbol && fromSymbol(symbol),
    attributes: { ...attributes },
  };
}

function fromSymbol({ name, qualifiedName, kind, lines }: CodeSymbol) {
  const number = enumNumber<NonNullable<Wire<Node>["symbol"]>["kind"]>(symbolKinds.indexOf(kind) + 1);
  return { name, qualifiedName, kind: number, lines };
}

/** Edges stand within one source; of an edge between what spans sources the first one is named. */
function fromEdge({ from, to, kind, confidence, evidence }: GraphEdge, sources: readonly string[]): Wire<Edge> {
  const [first = ""] = sources;
  const source = sources.length === 1 ? first : sourceOfId(from, sources) || sourceOfId(to, sources) || first;
  return {
    from,
    to,
    kind: edgeKindNumber(kind),
    confidence: confidenceNumber(confidence),
    evidence: evidence.map(({ path, lines }) => ({ source, path, lines })),
  };
}

/** The contract numbers these enums in the domain's order, from 1. */
function enumNumber<T>(number: number): NonNullable<T> {
  return number as NonNullable<T>;
}

function edgeKindNumber(kind: GraphEdge["kind"]) {
  return enumNumber<Wire<Edge>["kind"]>(edgeKinds.indexOf(kind) + 1);
}

function confidenceNumber(confidence: GraphEdge["confidence"]) {
  return enumNumber<Wire<Edge>["confidence"]>(confidences.indexOf(confidence) + 1);
}

function revisions({ revisions: read }: Reading) {
  return read.map(({ source, generation, commit, indexedAt, dirty }: Revision) => ({
    source,
    generation,
    commit,
    indexedAt: new Date(indexedAt),
    dirty,
  }));
}
