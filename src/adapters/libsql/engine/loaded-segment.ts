import type { RowStates } from "./row-states.ts";
import type { SegmentParts } from "./segment-layout.ts";
import type { VectorBlock } from "./vector-memory.ts";

/** A segment that can be searched. */
export interface ReadySegment {
  readonly id: number;
  readonly parts: SegmentParts;
  readonly states: RowStates;
  readonly vectors: VectorBlock;
  /** Rows by ascending row id; undefined when they are in that order already. */
  readonly byRowId: Uint32Array | undefined;
}

/** A segment that is searched. Its rows are the slots from `base` on. */
export interface LoadedSegment extends ReadySegment {
  base: number;
}

/** Number of a term in the segment, by binary search; -1 when it holds none. */
export function findTerm(parts: SegmentParts, term: Uint8Array): number {
  let low = 0;
  let high = parts.terms - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const start = middle === 0 ? 0 : (parts.termEnds[middle - 1] as number);
    const order = compareBytes(parts.termText, start, parts.termEnds[middle] as number, term);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** As Buffer.compare; terms are a few bytes, which a loop compares before a view of them is made. */
function compareBytes(text: Uint8Array, start: number, end: number, term: Uint8Array): number {
  const shared = Math.min(end - start, term.length);
  for (let at = 0; at < shared; at++) {
    const difference = (text[start + at] as number) - (term[at] as number);
    if (difference !== 0) return difference;
  }
  return end - start - term.length;
}

export function orderByRowId(rowIds: Float64Array): Uint32Array | undefined {
  for (let row = 1; row < rowIds.length; row++) {
    if ((rowIds[row] as number) < (rowIds[row - 1] as number)) {
      return Uint32Array.from(rowIds.keys()).sort((a, b) => (rowIds[a] as number) - (rowIds[b] as number));
    }
  }
  return undefined;
}

/** Row of a row id; -1 when the segment does not hold it. */
export function findRow(segment: LoadedSegment, rowId: number): number {
  const { rowIds } = segment.parts;
  let low = 0;
  let high = rowIds.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = segment.byRowId === undefined ? middle : (segment.byRowId[middle] as number);
    const found = rowIds[row] as number;
    if (found === rowId) return row;
    if (found < rowId) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
