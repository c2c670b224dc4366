import { createHash } from "node:crypto";
import { type Chunk, embeddedText, type ParsedChunk } from "../../domain/mod.ts";

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** 128 bits as hex, for names that must not collide by accident. */
function shortHash(...parts: readonly string[]): string {
  // Lengths first, so that no two lists of parts run together into one text; one text, since a call costs most of it.
  return hashOf(parts.map((part) => `${part.length}:${part}`).join(""));
}

/** Gives a file's chunks their identity. Equal texts of one file are told apart by their order. */
export function identifyChunks(source: string, path: string, chunks: readonly ParsedChunk[]): Chunk[] {
  const seen = new Map<string, number>();
  return chunks.map((chunk) => {
    const occurrence = seen.get(chunk.text) ?? 0;
    seen.set(chunk.text, occurrence + 1);
    return {
      ...chunk,
      chunkId: shortHash(source, path, chunk.text, String(occurrence)),
      textHash: hashOf(embeddedText(chunk)),
    };
  });
}
