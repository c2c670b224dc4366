import { type GraphNode, nodeKinds, sourceOfNode } from "../../../domain/graph/mod.ts";
import { type CodeSymbol, symbolKinds } from "../../../domain/mod.ts";
import type { NodesAnswer } from "./reader-operations.ts";

/** 0 stands for what is as it mostly is: the contributor's path, the node's name and lines. */
type Packed = readonly [
  kind: number,
  name: string,
  path: string | 0,
  lines: readonly [start: number, end: number] | 0,
  symbol: PackedSymbol | 0,
  attributes: readonly (readonly [name: string, value: string])[] | 0,
];
type PackedSymbol = readonly [
  kind: number,
  qualifiedName: string | 0,
  name: string | 0,
  lines: readonly [start: number, end: number] | 0,
];

/** A node as its row has it. `by` is the path of the file that contributes it. */
export function toNodeRow(node: GraphNode, by: string): string {
  const { kind, name, path, lines, symbol } = node;
  const attributes = Object.entries(node.attributes);
  const packed: Packed = [
    nodeKinds.indexOf(kind),
    name,
    path === by ? 0 : path,
    lines === undefined ? 0 : [lines.start, lines.end],
    symbol === undefined ? 0 : packSymbol(symbol, node),
    attributes.length === 0 ? 0 : attributes,
  ];
  return JSON.stringify(packed);
}

function packSymbol(symbol: CodeSymbol, { name, lines }: GraphNode): PackedSymbol {
  const { start, end } = symbol.lines;
  return [
    symbolKinds.indexOf(symbol.kind),
    symbol.qualifiedName === name ? 0 : symbol.qualifiedName,
    symbol.name === name ? 0 : symbol.name,
    start === lines?.start && end === lines.end ? 0 : [start, end],
  ];
}

/** Nodes as the reading thread sent them; what is gone meanwhile is left out. */
export function fromNodeRows({ ids, paths, by, rows }: NodesAnswer): GraphNode[] {
  const packed = JSON.parse(`[${rows}]`) as (Packed | 0)[];
  return packed.flatMap((row, at) => (row === 0 ? [] : fromPacked(row, ids[at]!, paths[by[at]!]!)));
}

function fromPacked([kind, name, path, lines, symbol, attributes]: Packed, nodeId: string, by: string): GraphNode {
  return {
    nodeId,
    source: sourceOfNode(nodeId),
    kind: nodeKinds[kind]!,
    name,
    path: path === 0 ? by : path,
    lines: lines === 0 ? undefined : { start: lines[0], end: lines[1] },
    symbol: symbol === 0 ? undefined : unpackSymbol(symbol, name, lines === 0 ? [0, 0] : lines),
    attributes: attributes === 0 ? {} : Object.fromEntries(attributes),
  };
}

function unpackSymbol(
  [kind, qualifiedName, name, own]: PackedSymbol,
  nodeName: string,
  lines: readonly [number, number],
): CodeSymbol {
  const [start, end] = own === 0 ? lines : own;
  return {
    name: name === 0 ? nodeName : name,
    qualifiedName: qualifiedName === 0 ? nodeName : qualifiedName,
    kind: symbolKinds[kind]!,
    lines: { start, end },
  };
}

/** What searches look at. */
export interface NodeNames {
  readonly kind: number;
  readonly name: string;
  readonly qualifiedName: string;
  readonly path: string;
}

/** Of rows one after another, with a comma between them. */
export function namesOfRows(texts: string, by: string): NodeNames[] {
  return (JSON.parse(`[${texts}]`) as Packed[]).map(([kind, name, path, , symbol]) => {
    const qualifiedName = symbol === 0 ? "" : symbol[1] === 0 ? name : symbol[1];
    return { kind, name, qualifiedName, path: path === 0 ? by : path };
  });
}
