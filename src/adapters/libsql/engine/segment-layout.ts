/** "KGSG", little-endian. */
const magic = 0x4753474b;
/** Raised whenever the bytes change their meaning; other versions are refused and rebuilt from the chunks. */
const version = 1;
const headerBytes = 64;

/** A segment that can't be used: the caller rebuilds it from the stored chunks. */
export class SegmentError extends Error {
  override readonly name = "SegmentError";
}

export interface SegmentSizes {
  readonly documents: number;
  readonly dimensions: number;
  readonly terms: number;
  readonly termBytes: number;
  readonly postingBytes: number;
}

/** Views into a segment's bytes. All but `codes` are needed for as long as it is searched. */
export interface SegmentParts extends SegmentSizes {
  readonly rowIds: Float64Array;
  /** First 64 bits of the chunk id, high word first. */
  readonly ties: Uint32Array;
  readonly scales: Float32Array;
  readonly termEnds: Uint32Array;
  readonly frequencies: Uint32Array;
  readonly postingEnds: Uint32Array;
  /** `fieldCount` lengths a document. */
  readonly lengths: Uint16Array;
  /** UTF-8, in byte order. */
  readonly termText: Uint8Array;
  readonly postings: Uint8Array;
  readonly codes: Int8Array;
}

function offsets(sizes: SegmentSizes, fields: number) {
  const { documents, dimensions, terms } = sizes;
  let at = headerBytes;
  const take = (bytes: number): number => {
    const start = at;
    at += Math.ceil(bytes / 8) * 8;
    return start;
  };
  return {
    rowIds: take(documents * 8),
    ties: take(documents * 8),
    scales: take(documents * 4),
    termEnds: take(terms * 4),
    frequencies: take(terms * 4),
    postingEnds: take(terms * 4),
    lengths: take(documents * fields * 2),
    termText: take(sizes.termBytes),
    postings: take(sizes.postingBytes),
    codes: take(documents * dimensions),
    end: at,
  };
}

function views(buffer: ArrayBufferLike, base: number, sizes: SegmentSizes, fields: number): SegmentParts {
  const { documents, dimensions, terms, termBytes, postingBytes } = sizes;
  const at = offsets(sizes, fields);
  return {
    ...sizes,
    rowIds: new Float64Array(buffer, base + at.rowIds, documents),
    ties: new Uint32Array(buffer, base + at.ties, documents * 2),
    scales: new Float32Array(buffer, base + at.scales, documents),
    termEnds: new Uint32Array(buffer, base + at.termEnds, terms),
    frequencies: new Uint32Array(buffer, base + at.frequencies, terms),
    postingEnds: new Uint32Array(buffer, base + at.postingEnds, terms),
    lengths: new Uint16Array(buffer, base + at.lengths, documents * fields),
    termText: new Uint8Array(buffer, base + at.termText, termBytes),
    postings: new Uint8Array(buffer, base + at.postings, postingBytes),
    codes: new Int8Array(buffer, base + at.codes, documents * dimensions),
  };
}

/** Murmur3's 32-bit mixing over words (public domain, Austin Appleby): finds damage, not tampering. */
function checksum(words: Uint32Array): number {
  let hash = 0;
  for (let at = 0; at < words.length; at++) {
    let word = Math.imul(words[at] as number, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  return hash >>> 0;
}

/** Allocates a segment and lets `fill` write its sections, then seals it. */
export function createSegment(sizes: SegmentSizes, fields: number, fill: (parts: SegmentParts) => void): Uint8Array {
  const bytes = new Uint8Array(offsets(sizes, fields).end);
  fill(views(bytes.buffer, 0, sizes, fields));
  const words = new Uint32Array(bytes.buffer);
  const header = [magic, version, 0, fields, sizes.documents, sizes.dimensions, sizes.terms];
  words.set([...header, sizes.termBytes, sizes.postingBytes]);
  words[2] = checksum(words.subarray(3));
  return bytes;
}

/** @throws SegmentError when the bytes are damaged, cut or of another version. */
export function readSegment(bytes: Uint8Array, fields: number): SegmentParts {
  // Views need alignment that a database's buffer does not promise.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (aligned.length < headerBytes || aligned.length % 8 !== 0) throw new SegmentError("the segment is cut short");
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
  if (words[0] !== magic) throw new SegmentError("this is not a segment");
  if (words[1] !== version || words[3] !== fields) {
    throw new SegmentError(`the segment has version ${words[1]}, this program reads ${version}`);
  }
  if (words[2] !== checksum(words.subarray(3))) throw new SegmentError("the segment's checksum does not match");
  const [documents = 0, dimensions = 0, terms = 0, termBytes = 0, postingBytes = 0] = words.subarray(4, 9);
  const sizes = { documents, dimensions, terms, termBytes, postingBytes };
  if (offsets(sizes, fields).end !== aligned.length) throw new SegmentError("the segment's sizes do not add up");
  return views(aligned.buffer, aligned.byteOffset, sizes, fields);
}

/** The same segment without its codes, in memory of its own, so that the bytes it came from can be let go. */
export function withoutCodes(parts: SegmentParts, fields: number): SegmentParts {
  const { rowIds, codes } = parts;
  const copy = rowIds.buffer.slice(rowIds.byteOffset - headerBytes, codes.byteOffset);
  return { ...views(copy, 0, { ...parts, dimensions: 0 }, fields), dimensions: parts.dimensions };
}
