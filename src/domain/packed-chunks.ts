import type { CodeSymbol } from "./artifact.ts";
import { type Chunk, embeddedText } from "./chunk.ts";

/**
 * What a file was cut into, as it goes from the thread that cuts to the one that stores: whoever passes it on holds
 * two buffers and what it is asked for, instead of tens of thousands of objects to clone and to collect.
 */
export interface PackedChunks {
  /** Of each chunk, in order. */
  readonly textHashes: readonly string[];
  /** Of each chunk the lengths of its context and of its text in UTF-16 units: two numbers each. */
  readonly lengths: readonly number[];
  /** What is embedded of each, end to end, in UTF-8. */
  readonly texts: Uint8Array<ArrayBuffer>;
  /** All else, and the file's symbols: JSON in UTF-8. */
  readonly rest: Uint8Array<ArrayBuffer>;
}

export interface UnpackedChunks {
  readonly chunks: readonly Chunk[];
  readonly symbols: readonly CodeSymbol[];
}

type Rest = readonly [symbols: readonly CodeSymbol[], chunks: readonly Omit<Chunk, "textHash" | "context" | "text">[]];

export function packChunks(chunks: readonly Chunk[], symbols: readonly CodeSymbol[]): PackedChunks {
  const rest: Rest = [symbols, chunks.map(({ textHash, context, text, ...others }) => others)];
  const encoder = new TextEncoder();
  return {
    textHashes: chunks.map(({ textHash }) => textHash),
    lengths: chunks.flatMap(({ context, text }) => [context.length, text.length]),
    texts: encoder.encode(chunks.map(embeddedText).join("")),
    rest: encoder.encode(JSON.stringify(rest)),
  };
}

/** Of a file that has no passages. */
export function noChunks(): PackedChunks {
  return packChunks([], []);
}

/** What is embedded of each chunk. */
export function embeddedTexts({ lengths, texts }: PackedChunks): string[] {
  const all = new TextDecoder("utf-8", { ignoreBOM: true }).decode(texts);
  const parts: string[] = [];
  for (let at = 0, i = 0; i < lengths.length; i += 2) {
    const next = at + lengths[i]! + between + lengths[i + 1]!;
    parts.push(all.slice(at, next));
    at = next;
  }
  return parts;
}

/** The line end between a chunk's context and its text. */
const between = 1;

/** @throws when the buffers were handed over already: what they held is gone. */
export function unpackChunks(packed: PackedChunks): UnpackedChunks {
  const [symbols, rest] = JSON.parse(new TextDecoder().decode(packed.rest)) as Rest;
  const texts = embeddedTexts(packed);
  const chunks = rest.map((one, i): Chunk => {
    const context = packed.lengths[2 * i]!;
    return {
      ...one,
      // JSON has no undefined.
      symbol: one.symbol,
      textHash: packed.textHashes[i]!,
      context: texts[i]!.slice(0, context),
      text: texts[i]!.slice(context + between),
    };
  });
  return { chunks, symbols };
}
