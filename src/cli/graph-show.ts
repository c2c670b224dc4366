import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { Direction, NodeKind, type Subgraph } from "../../gen/knowledge/v1/graph_service.ts";
import { EdgeKind } from "../../gen/knowledge/v1/types.ts";
import { whole } from "./arguments.ts";
import { exitCode } from "./exit-code.ts";
import { toDot, toMermaid } from "./graph-drawing.ts";
import { around, type Walk, walked } from "./graph-walk.ts";
import { type Act, withGateway } from "./with-gateway.ts";

interface Flags extends Walk {
  readonly limit: number;
  readonly format: string;
  readonly output?: string;
}

type Format = "dot" | "mermaid" | "svg" | "html";

export function addGraphShowCommand(graph: Command): void {
  const formats: readonly Format[] = ["dot", "mermaid", "svg", "html"];
  walked(
    graph
      .command("show")
      .description("draw what is around a node; of a source, its subsystems and what they depend on")
      .argument("<node>", "the middle"),
    1,
  )
    .addOption(
      new Option("--format <format>", "Graphviz, Mermaid, a picture, or a page").choices(formats).default("mermaid"),
    )
    .option("-n, --limit <count>", "how many nodes", whole, 40)
    .option("--output <file>", "where to (default: standard output)")
    .action(withGateway<[string, Flags]>(show));
}

async function show({ clients, output, signal }: Act, nodeId: string, flags: Flags) {
  const asMap = nodeId.startsWith("source:") && flags.edge.length === 0;
  const { subgraph } = await clients.graph.traverse(asMap ? mapAsk(nodeId, flags.limit) : around(nodeId, flags), {
    signal,
  });
  if (subgraph === undefined) return exitCode.failed;
  const text = await drawn(asMap ? mapOf(subgraph, nodeId) : subgraph, nodeId, flags.format as Format, asMap);
  if (flags.output === undefined) output.out(text.replace(/\n$/, ""));
  else {
    writeFileSync(flags.output, text.endsWith("\n") ? text : `${text}\n`);
    output.err(`wrote ${flags.output}`);
  }
  if (subgraph.truncated) output.err("cut: there is more around it; -n and --depth say how much is drawn");
  return exitCode.ok;
}

/** A source's subsystems, and what they depend on among themselves. */
function mapAsk(source: string, limit: number) {
  return {
    nodeIds: [source],
    maxDepth: 2,
    // The source itself is one, and is not drawn.
    maxNodes: Math.min(limit + 1, 1_000),
    direction: Direction.DIRECTION_OUTGOING,
    edgeKinds: [EdgeKind.EDGE_KIND_CONTAINS, EdgeKind.EDGE_KIND_DEPENDS_ON],
    nodeKinds: [NodeKind.NODE_KIND_SUBSYSTEM],
  };
}

/** Without the source, which contains them all; a source without subsystems stays as it is. */
export function mapOf(subgraph: Subgraph, source: string): Subgraph {
  const nodes = subgraph.nodes.filter(({ nodeId }) => nodeId !== source);
  const edges = subgraph.edges.filter(({ from, to }) => from !== source && to !== source);
  return nodes.length === 0 ? subgraph : { ...subgraph, nodes, edges };
}

async function drawn(subgraph: Subgraph, middle: string, format: Format, asMap: boolean): Promise<string> {
  if (format === "dot") return toDot(subgraph);
  if (format === "mermaid") return toMermaid(subgraph);
  // What lays out is loaded for those who want it.
  const { drawingPage, drawingSvg } = await import("./drawing/mod.ts");
  const name = subgraph.nodes.find(({ nodeId }) => nodeId === middle)?.name ?? middle;
  const title = asMap ? `Subsystems of ${middle.slice("source:".length)}` : `Around ${name}`;
  return format === "svg" ? drawingSvg(subgraph, { middle, title }) : drawingPage(subgraph, { middle, title });
}
