import { type Edge, type Node, NodeKind, type Subgraph } from "../../gen/knowledge/v1/graph_service.ts";
import { Confidence, EdgeKind } from "../../gen/knowledge/v1/types.ts";
import { printable } from "./printable.ts";
import { wireWord } from "./wire-value.ts";

/** A name as a label may hold it: what quotes or steers is written as what it is. */
function label(text: string): string {
  return printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

export function kindOf(node: Node): string {
  return wireWord(NodeKind, "NODE_KIND", node.kind);
}

export function kindOfEdge(edge: Edge): string {
  return wireWord(EdgeKind, "EDGE_KIND", edge.kind);
}

const shapes = new Map([
  ["source", "house"],
  ["subsystem", "component"],
  ["file", "note"],
  ["package", "box3d"],
  ["owner", "ellipse"],
  ["section", "tab"],
]);

/** The Graphviz language. What is only possible is dashed. */
export function toDot({ nodes, edges }: Subgraph): string {
  const lines = nodes.map((node) => {
    const text = `${label(node.name)}\\n${kindOf(node)}`;
    return `  "${label(node.nodeId)}" [label="${text}", shape=${shapes.get(kindOf(node)) ?? "box"}];`;
  });
  for (const edge of edges) {
    const style = edge.confidence === Confidence.CONFIDENCE_POSSIBLE ? ", style=dashed" : "";
    lines.push(`  "${label(edge.from)}" -> "${label(edge.to)}" [label="${kindOfEdge(edge)}"${style}];`);
  }
  return `digraph knowledge {\n  rankdir=LR;\n  node [fontname="sans-serif"];\n${lines.join("\n")}\n}`;
}

/** What Mermaid takes as text inside quotes: entities for what would end it or be markup. */
function mermaidText(text: string): string {
  return printable(text).replace(/["#<>&;`\\[\]{}|]/g, (mark) => `#${mark.codePointAt(0)};`);
}

/** Mermaid's flowcharts, as Markdown viewers draw them. */
export function toMermaid({ nodes, edges }: Subgraph): string {
  const short = new Map(nodes.map((node, at) => [node.nodeId, `n${at}`]));
  const lines = nodes.map(
    (node) => `  ${short.get(node.nodeId)}["${mermaidText(node.name)}<br/>${mermaidText(kindOf(node))}"]`,
  );
  for (const edge of edges) {
    const [from, to] = [short.get(edge.from), short.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    const arrow = edge.confidence === Confidence.CONFIDENCE_POSSIBLE ? "-.->" : "-->";
    lines.push(`  ${from} ${arrow}|${kindOfEdge(edge)}| ${to}`);
  }
  return `flowchart LR\n${lines.join("\n")}`;
}
