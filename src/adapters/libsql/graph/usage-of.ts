import { confidences, edgeKinds } from "../../../domain/graph/mod.ts";
import { mostCounted, usingKinds } from "../../../ports/mod.ts";
import type { Found } from "./found-nodes.ts";

const uses = new Set(usingKinds.map((kind) => edgeKinds.indexOf(kind)));
const tests = edgeKinds.indexOf("tests");
const exact = confidences.indexOf("exact");

/** By other end and kind, since several files may say the same of two nodes. Empty between calls. */
const users = new Set<number>();
const tested = new Set<number>();

/** `Usage` of a node: users, then tests. Stops where nothing more is counted, so that a hub costs little. */
export function usageOf({ graph, slot, generation }: Found): readonly [users: number, tests: number] {
  const { edges, contributions } = graph;
  for (let edge = (edges.firstIn.values[slot] ?? 0) - 1; edge >= 0; edge = edges.nextIn.values[edge]! - 1) {
    if (users.size >= mostCounted && tested.size >= mostCounted) break;
    const kind = edges.rank(edge) >> 1;
    const counted = kind === tests ? tested : uses.has(kind) && (edges.rank(edge) & 1) === exact ? users : undefined;
    const from = edges.from.values[edge]!;
    if (counted === undefined || counted.size >= mostCounted || from === slot) continue;
    if (!contributions.isShown(edges.by.values[edge]!, generation) || !graph.isShown(from, generation)) continue;
    counted.add(from * edgeKinds.length + kind);
  }
  const counts = [users.size, tested.size] as const;
  users.clear();
  tested.clear();
  return counts;
}
