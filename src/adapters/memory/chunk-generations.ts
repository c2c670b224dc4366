import { type At, alive, type Chunk, type CodeSymbol, type FileRecord } from "../../domain/mod.ts";
import type { FieldTerms } from "../../domain/text/mod.ts";
import type { QuantisedVector } from "../../domain/vector/mod.ts";

export interface MemoryRow {
  readonly chunk: Chunk;
  readonly terms: FieldTerms;
  readonly vector: QuantisedVector;
}

export interface MemoryFile {
  readonly record: FileRecord;
  readonly rows: readonly MemoryRow[];
  readonly symbols: readonly CodeSymbol[];
}

export type Tree = ReadonlyMap<string, MemoryFile>;

/** The trees of one source by generation: the plainest way to say what each generation sees. */
export class ChunkGenerations {
  readonly #trees = new Map<number, Tree>();

  /** The tree of the latest generation not past the one asked for. */
  at(generation: number): Tree {
    let best = 0;
    for (const known of this.#trees.keys()) if (known <= generation && known > best) best = known;
    return this.#trees.get(best) ?? new Map();
  }

  set(generation: number, tree: Tree): void {
    this.#trees.set(generation, tree);
  }

  /** The newest that was committed; 0 for none. */
  latest(): number {
    return Math.max(0, ...this.#trees.keys());
  }

  /** Drops what no generation from `oldest` on sees; returns how many chunks are gone. */
  sweep(oldest: number): number {
    const before = this.#chunkIds();
    let served = 0;
    for (const known of this.#trees.keys()) if (known <= oldest && known > served) served = known;
    for (const known of this.#trees.keys()) if (known < served || oldest === alive) this.#trees.delete(known);
    const after = this.#chunkIds();
    return [...before].filter((id) => !after.has(id)).length;
  }

  #chunkIds(): Set<string> {
    const ids = new Set<string>();
    for (const tree of this.#trees.values())
      for (const file of tree.values()) for (const row of file.rows) ids.add(row.chunk.chunkId);
    return ids;
  }
}

/** Files that sources show at their generations, each with the source's name. */
export function* visibleFiles(
  sources: ReadonlyMap<string, ChunkGenerations>,
  at: readonly At[],
): Generator<{ source: string; file: MemoryFile }> {
  for (const { source, generation } of at) {
    const tree = sources.get(source)?.at(generation);
    if (tree !== undefined) for (const file of tree.values()) yield { source, file };
  }
}
