import { confidences, type Evidence, edgeKinds, type GraphEdge } from "../../../domain/graph/mod.ts";
import { placesOf } from "./links.ts";
import type { EdgesAnswer } from "./reader-operations.ts";

/** Edges as the reading thread sent them. */
export function fromEdgesAnswer({ ids, paths, edges }: EdgesAnswer): GraphEdge[] {
  const found: GraphEdge[] = [];
  for (let at = 0; at < edges.length; ) {
    const what = edges[at + 2]!;
    const evidence: Evidence[] = [];
    for (let place = at + 3; place < at + 3 + 3 * placesOf(what); place += 3)
      evidence.push({ path: paths[edges[place]!]!, lines: { start: edges[place + 1]!, end: edges[place + 2]! } });
    found.push({
      from: ids[edges[at]!]!,
      to: ids[edges[at + 1]!]!,
      kind: edgeKinds[what & 0xff]!,
      confidence: confidences[(what >>> 8) & 1]!,
      evidence,
    });
    at += 3 + 3 * evidence.length;
  }
  return found;
}
