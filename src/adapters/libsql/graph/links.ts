import { confidences, edgeKinds, firstEvidence, type GraphEdge, mostEvidence } from "../../../domain/graph/mod.ts";

/**
 * Edges as 32-bit numbers, one after another: `from` and `to` (places in the contribution's table of ids), then
 * `kind | confidence << 8 | places << 16`, then `start` and `end` of each place. All places are in the contributor.
 */
export function packLinks(edges: readonly GraphEdge[], place: (nodeId: string) => number): Int32Array {
  const numbers: number[] = [];
  for (const { from, to, kind, confidence, evidence } of edges) {
    const places = evidence.length > 1 ? firstEvidence(evidence) : evidence;
    const what = edgeKinds.indexOf(kind) | (confidences.indexOf(confidence) << 8) | (places.length << 16);
    numbers.push(place(from), place(to), what);
    for (const { lines } of places) numbers.push(lines.start, lines.end);
  }
  return Int32Array.from(numbers);
}

/** How many numbers an edge takes whose third one is `what`. */
export function linkSize(what: number): number {
  return 3 + 2 * placesOf(what);
}

export function placesOf(what: number): number {
  return Math.min(what >>> 16, mostEvidence);
}

/** Kind and confidence in one byte, in the order that edges are listed: kind, then exact before possible. */
export function rankOf(what: number): number {
  return ((what & 0xff) << 1) | ((what >>> 8) & 1);
}
