import { Buffer } from "node:buffer";
import { type FieldTerms, fieldCount } from "../../domain/text/mod.ts";
import type { TermHash } from "./term-hash.ts";

/**
 * How often each term stands in each field, as text for a payload: for each term six bytes of its hash, a byte that
 * says which fields hold it, and those counts as two bytes each or, below 255, one. About nine characters a term.
 */
export function encodeCounts({ terms, counts }: FieldTerms, hashes: readonly TermHash[]): string {
  const bytes = new Uint8Array(terms.length * (7 + 3 * fieldCount));
  let at = 0;
  terms.forEach((_, term) => {
    const { dimension, low } = hashes[term]!;
    for (const byte of [dimension >>> 24, dimension >>> 16, dimension >>> 8, dimension, low >>> 8, low]) {
      bytes[at++] = byte & 255;
    }
    const maskAt = at++;
    for (let field = 0; field < fieldCount; field++) {
      const count = counts[term * fieldCount + field] as number;
      if (count === 0) continue;
      bytes[maskAt] = (bytes[maskAt] as number) | (1 << field);
      if (count < 255) bytes[at++] = count;
      else {
        bytes[at++] = 255;
        bytes[at++] = count >>> 8;
        bytes[at++] = count & 255;
      }
    }
  });
  return Buffer.from(bytes.buffer, 0, at).toString("base64");
}

/** A key of the 48 bits. */
export function hashKey({ dimension, low }: TermHash): number {
  return dimension * 65_536 + low;
}

/**
 * Counts of the terms asked for, by `hashKey`; terms that the chunk lacks are left out.
 * @throws RangeError when the text is not what `encodeCounts` writes
 */
export function decodeCounts(text: string, asked: ReadonlySet<number>): Map<number, Uint16Array> {
  const bytes = Buffer.from(text, "base64");
  const found = new Map<number, Uint16Array>();
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError("term counts are cut short");
    return byte;
  };
  while (at < bytes.length) {
    let key = 0;
    for (let byte = 0; byte < 6; byte++) key = key * 256 + next();
    const mask = next();
    const counts = new Uint16Array(fieldCount);
    for (let field = 0; field < fieldCount; field++) {
      if ((mask & (1 << field)) === 0) continue;
      const first = next();
      counts[field] = first < 255 ? first : next() * 256 + next();
    }
    if (asked.has(key)) found.set(key, counts);
  }
  return found;
}
