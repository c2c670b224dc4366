import { Fault } from "../../../domain/mod.ts";

/** "KWT1": knowledge word table, first form. */
const magic = 0x3154574b;
const headBytes = 16;

/**
 * Words and a vector each, as `infra/embedder` makes them. All numbers little-endian: the mark, dimensions, number of
 * words, bytes of their text (u32 each); the words as UTF-8 with line feeds between, filled up to four bytes with
 * line feeds; a float32 scale a word; a row of int8 codes a word. A word's vector is `scale × code`.
 */
export interface WordTable {
  readonly dimensions: number;
  /** Row of each word. */
  readonly rows: ReadonlyMap<string, number>;
  readonly scales: Float32Array;
  readonly codes: Int8Array;
}

/** Looks at the bytes in place; they may be shared between threads. @throws Fault internal for other bytes */
export function parseWordTable(bytes: SharedArrayBuffer | ArrayBuffer): WordTable {
  const head = new DataView(bytes);
  if (bytes.byteLength < headBytes || head.getUint32(0, true) !== magic) throw damaged("is not one");
  const [dimensions, words, textBytes] = [4, 8, 12].map((at) => head.getUint32(at, true)) as [number, number, number];
  const scalesAt = headBytes + Math.ceil(textBytes / 4) * 4;
  const codesAt = scalesAt + words * 4;
  if (codesAt + words * dimensions !== bytes.byteLength) throw damaged("is cut short or too long");
  // A decoder takes no shared memory.
  const text = new TextDecoder().decode(new Uint8Array(bytes, headBytes, textBytes).slice());
  const rows = new Map<string, number>();
  for (const [row, word] of text.split("\n").entries()) rows.set(word, row);
  if (rows.size !== words) throw damaged("names a word twice");
  return {
    dimensions,
    rows,
    scales: new Float32Array(bytes, scalesAt, words),
    codes: new Int8Array(bytes, codesAt, words * dimensions),
  };
}

function damaged(how: string): Fault {
  return new Fault("internal", `the embedder's word table ${how}: install the gateway anew`, { reason: "WORD_TABLE" });
}
