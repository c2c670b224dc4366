import type { Command } from "commander";
import {
  AnalyzeImpactResponse,
  FindPathResponse,
  GetNodeResponse,
  ListOrphansResponse,
  ListSubsystemsResponse,
  type Node,
  NodeKind,
  SearchNodesResponse,
  type Subgraph,
  TraverseResponse,
} from "../../gen/knowledge/v1/graph_service.ts";
import { Confidence, EdgeKind } from "../../gen/knowledge/v1/types.ts";
import { several, whole } from "./arguments.ts";
import { exitCode } from "./exit-code.ts";
import { kindOf, kindOfEdge } from "./graph-drawing.ts";
import { addGraphMigrateCommand } from "./graph-migrate.ts";
import { addGraphShowCommand } from "./graph-show.ts";
import { around, directed, type Walk, walked } from "./graph-walk.ts";
import { type Output, table } from "./output.ts";
import { printable } from "./printable.ts";
import { wireValue, wireWord } from "./wire-value.ts";
import { type Act, withGateway } from "./with-gateway.ts";

export function addGraphCommands(parent: Command): void {
  const graph = parent.command("graph").description("what relates to what: who uses, tests, documents and owns it");
  addGraphMigrateCommand(graph);
  graph
    .command("node")
    .description("a node, how many edges it has, and its neighbours")
    .argument("<node>", "its id; 'graph search' finds ids")
    .option("-n, --limit <count>", "how many neighbours", whole, 20)
    .action(withGateway<[string, { readonly limit: number }]>(node));
  graph
    .command("search")
    .description("find nodes by the beginnings of words in their names, or by their path")
    .argument("<words...>", "words of the name")
    .option("--kind <kind>", "only file, symbol, section, package, … (repeatable)", several, [])
    .option("--source <name>", "only in this source (repeatable)", several, [])
    .option("-n, --limit <count>", "how many", whole, 20)
    .action(withGateway<[string[], { kind: string[]; source: string[]; limit: number }]>(search));
  walked(graph.command("traverse").description("what is around a node").argument("<node>", "where to start"), 2)
    .option("-n, --limit <count>", "how many nodes, at most 1000", whole, 50)
    .action(withGateway<[string, Walk & { readonly limit: number }]>(traverse));
  walked(
    graph.command("path").description("how two nodes are connected").argument("<from>").argument("<to>"),
    6,
  ).action(withGateway<[string, string, Walk]>(path));
  graph
    .command("impact")
    .description("what a change of a node, or of a file's lines, reaches, and which tests")
    .argument("<what>", "a node id, or <source>/<path>[:<first>[-<last>]]")
    .option("--depth <steps>", "how far, at most 6", whole, 3)
    .option("--exact", "only over what is resolved for sure")
    .option("-n, --limit <count>", "how many dependents, and how many tests", whole, 30)
    .action(withGateway<[string, { depth: number; exact?: boolean; limit: number }]>(impact));
  graph
    .command("subsystems")
    .description("the parts of the sources, with what they hold")
    .option("--source <name>", "only of this source (repeatable)", several, [])
    .action(withGateway<[{ readonly source: string[] }]>(subsystems));
  graph
    .command("orphans")
    .description("what nothing uses")
    .option("--kind <kind>", "file, symbol, section, message or rpc")
    .option("--source <name>", "only in this source (repeatable)", several, [])
    .option("-n, --limit <count>", "how many", whole, 30)
    .action(withGateway<[{ kind?: string; source: string[]; limit: number }]>(orphans));
  addGraphShowCommand(graph);
}

async function node({ clients, output, signal }: Act, nodeId: string, { limit }: { readonly limit: number }) {
  const answer = await clients.graph.getNode({ nodeId, pageSize: limit }, { signal });
  if (output.json) return json(output, GetNodeResponse.toJSON(answer));
  output.out(table([headings, row(answer.node!)]));
  const counts = answer.degrees.map(
    ({ kind, outgoing, incoming }) => `${wireWord(EdgeKind, "EDGE_KIND", kind)} ${outgoing} out, ${incoming} in`,
  );
  if (counts.length > 0) output.out(`\n${counts.join("; ")}\n`);
  output.out(edgeTable(answer.neighbourhood));
  if (answer.nextPageToken !== "") output.err("there are more neighbours: -n shows more");
  return exitCode.ok;
}

async function search(
  { clients, output, signal }: Act,
  words: string[],
  { kind, source, limit }: { kind: string[]; source: string[]; limit: number },
) {
  const kinds = kind.map((word) => wireValue(NodeKind, "NODE_KIND", word));
  const ask = { query: words.join(" "), kinds, sources: source, pageSize: limit };
  const answer = await clients.graph.searchNodes(ask, { signal });
  if (output.json) return json(output, SearchNodesResponse.toJSON(answer));
  return nodeList(output, answer.nodes, answer.nextPageToken);
}

async function traverse({ clients, output, signal }: Act, nodeId: string, flags: Walk & { readonly limit: number }) {
  const answer = await clients.graph.traverse(around(nodeId, flags), { signal });
  if (output.json) return json(output, TraverseResponse.toJSON(answer));
  output.out(edgeTable(answer.subgraph));
  if (answer.subgraph?.truncated) output.err("cut: there is more around it; -n and --depth say how much is shown");
  return exitCode.ok;
}

async function path({ clients, output, signal }: Act, from: string, to: string, flags: Walk) {
  const ask = { from, to, maxDepth: flags.depth, ...directed(flags) };
  const answer = await clients.graph.findPath(ask, { signal });
  if (output.json) return json(output, FindPathResponse.toJSON(answer));
  if (!answer.path || answer.path.nodes.length === 0) {
    output.err(answer.path?.truncated ? "gave up: too much lies between them" : `no path of ${flags.depth} steps`);
    return exitCode.failed;
  }
  output.out(edgeTable(answer.path));
  return exitCode.ok;
}

/** `<source>/<path>:10-20`; a node id has its kind before a colon, which no source's name can hold. */
const location = /^(?<source>[a-z0-9._-]+)\/(?<path>.+?)(?::(?<start>\d+)(?:-(?<end>\d+))?)?$/s;

export async function impact(
  { clients, output, signal }: Act,
  what: string,
  { depth, exact, limit }: { depth: number; exact?: boolean; limit: number },
) {
  const { source = "", path: file = "", start, end } = location.exec(what)?.groups ?? {};
  const lines = start === undefined ? undefined : { start: Number(start), end: Number(end ?? start) };
  const target =
    source === ""
      ? ({ $case: "nodeId", value: what } as const)
      : ({ $case: "location", value: { source, path: file, lines } } as const);
  const ask = { target, maxDepth: depth, exactOnly: exact ?? false, pageSize: limit };
  const answer = await clients.graph.analyzeImpact(ask, { signal });
  if (output.json) return json(output, AnalyzeImpactResponse.toJSON(answer));
  const rows = answer.dependents.map(({ node: dependent, distance, via, confidence }) => [
    String(distance),
    confidence === Confidence.CONFIDENCE_EXACT ? "exact" : "possible",
    via === undefined ? "" : kindOfEdge(via),
    ...row(dependent!),
  ]);
  if (rows.length === 0) output.err("nothing uses it");
  else output.out(table([["steps", "confidence", "by", ...headings], ...rows]));
  const tests = answer.tests.slice(0, limit);
  if (tests.length > 0) output.out(`\ntests\n${table(tests.map(row))}`);
  if (answer.subsystems.length > 0) output.out(`\nsubsystems: ${answer.subsystems.map(printable).join(", ")}`);
  if (answer.truncated) output.err("cut: it reaches more than one analysis shows");
  if (answer.nextPageToken !== "") output.err("there are more dependents: -n shows more");
  if (tests.length < answer.tests.length) output.err(`${answer.tests.length} tests in all: -n shows more`);
  return exitCode.ok;
}

async function subsystems({ clients, output, signal }: Act, { source }: { readonly source: string[] }) {
  const answer = await clients.graph.listSubsystems({ sources: source, pageSize: 500 }, { signal });
  if (output.json) return json(output, ListSubsystemsResponse.toJSON(answer));
  const rows = answer.subsystems.map((each) => [
    each.source,
    printable(each.name),
    String(each.files),
    String(each.tests),
    String(each.docs),
    each.criticality,
    each.owners.map(printable).join(", "),
  ]);
  output.out(table([["source", "subsystem", "files", "tests", "docs", "criticality", "owners"], ...rows]));
  return exitCode.ok;
}

async function orphans(
  { clients, output, signal }: Act,
  { kind, source, limit }: { kind?: string; source: string[]; limit: number },
) {
  const ask = {
    kind: kind === undefined ? NodeKind.NODE_KIND_UNSPECIFIED : wireValue(NodeKind, "NODE_KIND", kind),
    sources: source,
    pageSize: limit,
  };
  const answer = await clients.graph.listOrphans(ask, { signal });
  if (output.json) return json(output, ListOrphansResponse.toJSON(answer));
  return nodeList(output, answer.nodes, answer.nextPageToken);
}

const headings = ["kind", "name", "where", "id"];

function row(one: Node): string[] {
  const lines = one.lines === undefined ? "" : `:${one.lines.start}-${one.lines.end}`;
  const name = one.symbol?.qualifiedName ?? one.name;
  return [kindOf(one), printable(name), printable(`${one.artifact?.path ?? ""}${lines}`), printable(one.nodeId)];
}

function nodeList(output: Output, nodes: readonly Node[], more: string) {
  if (nodes.length === 0) output.err("nothing found");
  else output.out(table([headings, ...nodes.map(row)]));
  if (more !== "") output.err("there are more: -n shows more");
  return exitCode.ok;
}

function edgeTable(subgraph: Subgraph | undefined): string {
  const rows = (subgraph?.edges ?? []).map((edge) => {
    const [place] = edge.evidence;
    const where = place === undefined ? "" : `${place.path}:${place.lines?.start}`;
    const sure = edge.confidence === Confidence.CONFIDENCE_EXACT ? "" : "possible";
    return [printable(edge.from), kindOfEdge(edge), printable(edge.to), sure, printable(where)];
  });
  return table([["from", "edge", "to", "", "where"], ...rows]);
}

function json(output: Output, value: unknown) {
  output.out(JSON.stringify(value));
  return exitCode.ok;
}
