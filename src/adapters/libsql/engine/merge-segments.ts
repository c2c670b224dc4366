import { Buffer } from "node:buffer";
import { fieldCount } from "../../../domain/text/mod.ts";
import { ByteWriter } from "./byte-writer.ts";
import { createSegment, readSegment, type SegmentParts } from "./segment-layout.ts";

export interface SegmentPart {
  readonly bytes: Uint8Array;
  /** Rows that stay. */
  keep(rowId: number): boolean;
}

interface Input {
  readonly parts: SegmentParts;
  /** New number of each document; -1 when dropped. */
  readonly numbers: Int32Array;
  /** Next term to merge. */
  term: number;
}

function termAt(input: Input): Uint8Array {
  const { termEnds, termText } = input.parts;
  return termText.subarray(input.term === 0 ? 0 : termEnds[input.term - 1], termEnds[input.term]);
}

/** Copies a term's postings of kept documents; only the distances change. Returns the last document written. */
function copyPostings(out: ByteWriter, input: Input, last: number): { last: number; written: number } {
  const { postings, postingEnds } = input.parts;
  const end = postingEnds[input.term] as number;
  let at = input.term === 0 ? 0 : (postingEnds[input.term - 1] as number);
  let document = -1;
  let before = last;
  let written = 0;
  const varintEnd = (from: number): number => {
    let to = from;
    while ((postings[to] as number) >= 128) to++;
    return to + 1;
  };
  while (at < end) {
    let distance = 0;
    const distanceEnd = varintEnd(at);
    for (let byte = distanceEnd - 1; byte >= at; byte--)
      distance = (distance << 7) | ((postings[byte] as number) & 127);
    document += distance;
    const shape = postings[distanceEnd] as number;
    let to = distanceEnd + 1;
    if ((shape & 0b11100001) === 1) to = varintEnd(to);
    for (let field = 1; field < fieldCount; field++) if ((shape & (1 << field)) !== 0) to = varintEnd(to);
    const number = input.numbers[document] as number;
    if (number >= 0) {
      out.varint(number - before);
      out.bytes(postings, distanceEnd, to);
      before = number;
      written += 1;
    }
    at = to;
  }
  return { last: before, written };
}

function open(part: SegmentPart, from: number): { input: Input; kept: number } {
  const parts = readSegment(part.bytes, fieldCount);
  let kept = 0;
  const numbers = new Int32Array(parts.documents);
  for (let document = 0; document < parts.documents; document++) {
    numbers[document] = part.keep(parts.rowIds[document] as number) ? from + kept++ : -1;
  }
  return { input: { parts, numbers, term: 0 }, kept };
}

function copyDocuments(input: Input, out: SegmentParts): void {
  const { parts, numbers } = input;
  const size = parts.dimensions;
  for (let from = 0; from < numbers.length; from++) {
    const to = numbers[from] as number;
    if (to < 0) continue;
    out.rowIds[to] = parts.rowIds[from] as number;
    out.ties[to * 2] = parts.ties[from * 2] as number;
    out.ties[to * 2 + 1] = parts.ties[from * 2 + 1] as number;
    out.scales[to] = parts.scales[from] as number;
    out.codes.set(parts.codes.subarray(from * size, (from + 1) * size), to * size);
    out.lengths.set(parts.lengths.subarray(from * fieldCount, (from + 1) * fieldCount), to * fieldCount);
  }
}

/**
 * One segment of the kept rows of several, in their order, without analysing a text again.
 * @throws SegmentError for damaged bytes.
 */
export function mergeSegments(segments: readonly SegmentPart[]): Uint8Array {
  let documents = 0;
  const inputs = segments.map((segment) => {
    const { input, kept } = open(segment, documents);
    documents += kept;
    return input;
  });
  const dimensions = inputs[0]?.parts.dimensions ?? 0;
  if (inputs.some((input) => input.parts.dimensions !== dimensions)) {
    throw new RangeError("segments of different dimensions can't be merged");
  }
  const text = new ByteWriter();
  const postings = new ByteWriter();
  const termEnds: number[] = [];
  const postingEnds: number[] = [];
  const frequencies: number[] = [];
  for (;;) {
    let smallest: Uint8Array | undefined;
    for (const input of inputs) {
      if (input.term >= input.parts.terms) continue;
      const term = termAt(input);
      if (smallest === undefined || Buffer.compare(term, smallest) < 0) smallest = term;
    }
    if (smallest === undefined) break;
    let frequency = 0;
    let last = -1;
    for (const input of inputs) {
      if (input.term >= input.parts.terms || Buffer.compare(termAt(input), smallest) !== 0) continue;
      const copied = copyPostings(postings, input, last);
      last = copied.last;
      frequency += copied.written;
      input.term += 1;
    }
    if (frequency === 0) continue;
    text.bytes(smallest, 0, smallest.length);
    termEnds.push(text.length);
    postingEnds.push(postings.length);
    frequencies.push(frequency);
  }
  const sizes = { documents, dimensions, terms: termEnds.length };
  return createSegment({ ...sizes, termBytes: text.length, postingBytes: postings.length }, fieldCount, (parts) => {
    parts.termEnds.set(termEnds);
    parts.postingEnds.set(postingEnds);
    parts.frequencies.set(frequencies);
    parts.termText.set(text.view());
    parts.postings.set(postings.view());
    for (const input of inputs) copyDocuments(input, parts);
  });
}
