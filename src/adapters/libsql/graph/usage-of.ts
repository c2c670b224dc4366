import { confidences, edgeKinds } from "../../../domain/graph/mod.ts";
import { mostCounted, usingKinds } from "../../../ports/mod.ts";
import type { Found } from "./found-nodes.ts";

const uses = new Set(usingKinds.map((kind) => edgeKinds.indexOf(kind)));
const tests = edgeKinds.indexOf("tests");
const exact = confidences.indexOf("exact");

/** `Usage` of a node: users, then tests. Stops where nothing more is counted, so that a hub costs little. */
export function usageOf({ graph, slot, generation }: Found): readonly [users: number, tests: number] {
  const { edges, contributions } = graph;
  // Several files may say the same of two nodes.
  const users = new Set<number>();
  const tested = new Set<number>();
  for (let edge = (edges.firstIn.values[slot] ?? 0) - 1; edge >= 0; edge = edges.nextIn.values[edge]! - 1) {
    if (users.size >= mostCounted && tested.size >= mostCounted) break;
    const kind = edges.rank(edge) >> 1;
    const counted = kind === tests ? tested : uses.has(kind) && (edges.rank(edge) & 1) === exact ? users : undefined;
    const from = edges.from.values[edge]!;
    if (counted === undefined || counted.size >= mostCounted || from === slot) continue;
    if (!contributions.isShown(edges.by.values[edge]!, generation) || !graph.isShown(from, generation)) continue;
    counted.add(from * edgeKinds.length + kind);
  }
  return [users.size, tested.size];
}
