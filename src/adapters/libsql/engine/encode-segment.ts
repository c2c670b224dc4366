import { Buffer } from "node:buffer";
import { type FieldTerms, fieldCount } from "../../../domain/text/mod.ts";
import { ByteWriter } from "./byte-writer.ts";
import { createSegment } from "./segment-layout.ts";

export interface SegmentDoc {
  readonly rowId: number;
  /** 32 hex digits: ties are broken by its first 16. */
  readonly chunkId: string;
  readonly terms: FieldTerms;
  readonly code: Int8Array;
  readonly scale: number;
}

interface Vocabulary {
  /** Term numbers of every document's terms, one document after the other. */
  readonly numbers: Uint32Array;
  readonly frequencies: number[];
  readonly texts: string[];
}

function vocabularyOf(docs: readonly SegmentDoc[]): Vocabulary {
  const numbers = new Uint32Array(docs.reduce((sum, doc) => sum + doc.terms.terms.length, 0));
  const known = new Map<string, number>();
  const frequencies: number[] = [];
  const texts: string[] = [];
  let at = 0;
  for (const doc of docs) {
    for (const term of doc.terms.terms) {
      let number = known.get(term);
      if (number === undefined) {
        number = texts.push(term) - 1;
        known.set(term, number);
        frequencies.push(0);
      }
      frequencies[number] = (frequencies[number] as number) + 1;
      numbers[at++] = number;
    }
  }
  return { numbers, frequencies, texts };
}

/** Term numbers in the byte order of their UTF-8: that of UTF-16 units unless surrogates are about. */
function inByteOrder(texts: readonly string[]): Uint32Array {
  const order = Uint32Array.from(texts.keys());
  const byUnits = (a: number, b: number) => ((texts[a] as string) < (texts[b] as string) ? -1 : 1);
  if (!texts.some((text) => /[\ud800-\udfff]/.test(text))) return order.sort(byUnits);
  const encoded = texts.map((text) => Buffer.from(text));
  return order.sort((a, b) => Buffer.compare(encoded[a] as Buffer, encoded[b] as Buffer));
}

/** Where each document stands in the flat list, grouped by term, documents ascending: a counting sort. */
function groupByTerm(docs: readonly SegmentDoc[], vocabulary: Vocabulary) {
  const starts = new Uint32Array(vocabulary.texts.length + 1);
  for (let term = 0; term < vocabulary.texts.length; term++) {
    starts[term + 1] = (starts[term] as number) + (vocabulary.frequencies[term] as number);
  }
  const next = starts.slice();
  const documents = new Uint32Array(vocabulary.numbers.length);
  const locals = new Uint32Array(vocabulary.numbers.length);
  let at = 0;
  docs.forEach((doc, document) => {
    for (let local = 0; local < doc.terms.terms.length; local++) {
      const term = vocabulary.numbers[at++] as number;
      const entry = next[term] as number;
      next[term] = entry + 1;
      documents[entry] = document;
      locals[entry] = local;
    }
  });
  return { starts, documents, locals };
}

/**
 * One posting: the distance to the document before (varint), then a byte with the fields that hold the term in
 * its low five bits and the body's count in the upper three (0: in a varint of its own), then a varint for each
 * other field.
 */
function writePosting(out: ByteWriter, distance: number, counts: Uint16Array, at: number): void {
  out.varint(distance);
  const body = counts[at] as number;
  let shape = body === 0 ? 0 : 1 | (body < 8 ? body << 5 : 0);
  for (let field = 1; field < fieldCount; field++) if (counts[at + field] !== 0) shape |= 1 << field;
  out.byte(shape);
  if (body >= 8) out.varint(body);
  for (let field = 1; field < fieldCount; field++)
    if (counts[at + field] !== 0) out.varint(counts[at + field] as number);
}

/** Writes an immutable segment: versioned, checksummed, complete in itself. Documents keep their order. */
export function encodeSegment(docs: readonly SegmentDoc[], dimensions: number): Uint8Array {
  const vocabulary = vocabularyOf(docs);
  const order = inByteOrder(vocabulary.texts);
  const { starts, documents, locals } = groupByTerm(docs, vocabulary);
  const postings = new ByteWriter(vocabulary.numbers.length * 3 + 64);
  const text = new ByteWriter();
  const termEnds = new Uint32Array(order.length);
  const postingEnds = new Uint32Array(order.length);
  order.forEach((term, index) => {
    let before = -1;
    for (let entry = starts[term] as number; entry < (starts[term + 1] as number); entry++) {
      const document = documents[entry] as number;
      const counts = (docs[document] as SegmentDoc).terms.counts;
      writePosting(postings, document - before, counts, (locals[entry] as number) * fieldCount);
      before = document;
    }
    const encoded = Buffer.from(vocabulary.texts[term] as string);
    text.bytes(encoded, 0, encoded.length);
    termEnds[index] = text.length;
    postingEnds[index] = postings.length;
  });
  const sizes = { documents: docs.length, dimensions, terms: order.length };
  return createSegment({ ...sizes, termBytes: text.length, postingBytes: postings.length }, fieldCount, (parts) => {
    parts.termEnds.set(termEnds);
    parts.postingEnds.set(postingEnds);
    order.forEach((term, index) => {
      parts.frequencies[index] = vocabulary.frequencies[term] as number;
    });
    parts.termText.set(text.view());
    parts.postings.set(postings.view());
    docs.forEach((doc, index) => {
      if (doc.code.length !== dimensions)
        throw new RangeError(`a code of ${doc.code.length} in ${dimensions} dimensions`);
      parts.rowIds[index] = doc.rowId;
      parts.ties[index * 2] = Number.parseInt(doc.chunkId.slice(0, 8), 16);
      parts.ties[index * 2 + 1] = Number.parseInt(doc.chunkId.slice(8, 16), 16);
      parts.scales[index] = doc.scale;
      parts.codes.set(doc.code, index * dimensions);
      for (let field = 0; field < fieldCount; field++) {
        parts.lengths[index * fieldCount + field] = Math.min(doc.terms.lengths[field] as number, 65_535);
      }
    });
  });
}
