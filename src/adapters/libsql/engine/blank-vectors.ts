import { fieldCount } from "../../../domain/text/mod.ts";
import { createSegment, readSegment } from "./segment-layout.ts";

/**
 * The same segment for an engine of `dimensions`, without vectors: what another embedder made is found by its
 * words, and never compared. @throws SegmentError for damaged bytes.
 */
export function blankVectors(bytes: Uint8Array, dimensions: number): Uint8Array {
  const from = readSegment(bytes, fieldCount);
  return createSegment({ ...from, dimensions }, fieldCount, (to) => {
    to.rowIds.set(from.rowIds);
    to.ties.set(from.ties);
    to.termEnds.set(from.termEnds);
    to.frequencies.set(from.frequencies);
    to.postingEnds.set(from.postingEnds);
    to.lengths.set(from.lengths);
    to.termText.set(from.termText);
    to.postings.set(from.postings);
  });
}
