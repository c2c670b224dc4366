import type { QuantisedVector } from "../../domain/vector/mod.ts";
import { codeOf } from "./chunk-row.ts";
import { all, among } from "./filters.ts";
import type { Points } from "./points.ts";

/** Codes kept for texts that a run may write again: at 256 dimensions about 10 MB. */
const mostKept = 30_000;
/** Texts looked up in one exchange. */
const batch = 500;

/** Vectors that a collection holds, by the hash of the text they were made from. One run's. */
export class KnownVectors {
  readonly #points: Points;
  readonly #collection: string;
  readonly #kept = new Map<string, QuantisedVector>();

  constructor(points: Points, collection: string) {
    this.#points = points;
    this.#collection = collection;
  }

  /** Those of the hashes that have one. What is found is remembered: the row that holds it may go meanwhile. */
  async find(hashes: readonly string[], signal: AbortSignal): Promise<Map<string, QuantisedVector>> {
    const found = new Map<string, QuantisedVector>();
    const unknown = [...new Set(hashes)].filter((hash) => {
      const kept = this.#kept.get(hash);
      if (kept !== undefined) found.set(hash, kept);
      return kept === undefined;
    });
    for (let from = 0; from < unknown.length; from += batch) {
      const filter = all(among("hash", unknown.slice(from, from + batch)));
      for await (const page of this.#points.scroll(this.#collection, filter, ["hash", "code", "scale"], signal)) {
        for (const { payload } of page) found.set(payload["hash"] as string, codeOf(payload));
      }
    }
    for (const [hash, vector] of found) this.keep(hash, vector);
    return found;
  }

  keep(hash: string, vector: QuantisedVector): void {
    this.#kept.delete(hash);
    this.#kept.set(hash, vector);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}
