import { type Chunk, type CodeSymbol, type FileRecord, packChunks } from "../../src/domain/mod.ts";
import type { IndexWriter } from "../../src/ports/mod.ts";

/** A chunk with its vector; undefined when the index already holds one for its text hash. */
export interface WritableChunk extends Chunk {
  readonly vector: Float32Array | undefined;
}

/** Writes a file whose chunks carry their vectors. */
export function putChunks(
  writer: IndexWriter,
  file: FileRecord,
  chunks: readonly WritableChunk[],
  symbols: readonly CodeSymbol[],
  signal: AbortSignal,
): Promise<void> {
  const vectors = new Map<string, Float32Array>();
  for (const { textHash, vector } of chunks) if (vector !== undefined) vectors.set(textHash, vector);
  const bare = chunks.map(({ vector, ...chunk }) => chunk);
  return writer.put(file, packChunks(bare, symbols), vectors, signal);
}
