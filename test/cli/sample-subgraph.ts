import { Subgraph } from "../../gen/knowledge/v1/graph_service.ts";
import { hostileNames } from "./sample-coverage.ts";

/** A file in the middle of nodes of every kind, those with hostile names among them. */
export function sampleSubgraph(): Subgraph {
  const middle = {
    nodeId: "file:shop/src/cart.ts",
    name: "cart.ts",
    kind: 3,
    artifact: { path: "src/cart.ts" },
  } as const;
  const hostile = hostileNames.map((name, n) => ({
    nodeId: `symbol:shop/${name}#${name}`,
    name,
    kind: ((n % 9) + 1) as 1,
    symbol: { name, qualifiedName: name, kind: 1 as const },
    artifact: { path: name },
    lines: { start: n + 1, end: n + 2 },
    attributes: { description: name, language: name },
  }));
  const plain = Array.from({ length: 9 }, (_, n) => ({
    nodeId: `symbol:shop/src/cart.ts#part${n}`,
    name: `part${n}`,
    kind: (n + 1) as 1,
    symbol: { name: `part${n}`, qualifiedName: `Cart.part${n}`, kind: 1 as const },
    artifact: { path: "src/cart.ts" },
    lines: { start: n + 1, end: n + 2 },
  }));
  const edges = [...hostile, ...plain].flatMap(({ nodeId }, n) => [
    {
      from: n % 2 === 0 ? middle.nodeId : nodeId,
      to: n % 2 === 0 ? nodeId : middle.nodeId,
      kind: ((n % 12) + 1) as 1,
      confidence: (n % 3 === 0 ? 2 : 1) as 1,
      evidence: [{ source: "shop", path: hostileNames[n % hostileNames.length]!, lines: { start: 7, end: 7 } }],
    },
  ]);
  const nowhere = { from: middle.nodeId, to: "file:shop/not-shown.ts", kind: 3 as const, confidence: 1 as const };
  const itself = { from: middle.nodeId, to: middle.nodeId, kind: 4 as const, confidence: 1 as const };
  return Subgraph.fromPartial({
    nodes: [middle, ...hostile, ...plain],
    edges: [...edges, nowhere, itself],
    truncated: true,
  });
}
