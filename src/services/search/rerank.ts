import { type At, Fault } from "../../domain/mod.ts";
import type { ChunkIndex } from "../../ports/mod.ts";
import { part, type Ranked, total } from "./rank/ranked.ts";
import { inOrder } from "./rank/spread.ts";
import type { SearchPorts } from "./search.ts";

/** Reads the first hits again, as a model does that sees question and passage together. */
export interface Rerank {
  readonly most: number;
  /** The first `most` in their new order, the others after them. */
  reorder(ranked: readonly Ranked[], index: ChunkIndex, at: readonly At[], signal: AbortSignal): Promise<Ranked[]>;
}

/** What a full score adds: as much as the best words and the best name together, so that a good model decides. */
const weight = 1.5;
/** Characters of a passage that are judged: what such models read, and a bound on what is sent. */
const judged = 2_000;

/**
 * Undefined when no reranker is set. One that does not answer leaves the order as it was, and says so to the caller; the
 * log is told where it fails.
 */
export function rerankWith({ reranker }: SearchPorts, query: string, warnings: string[]): Rerank | undefined {
  if (reranker === undefined || reranker.most === 0) return undefined;
  const { most } = reranker;
  return {
    most,
    async reorder(ranked, index, at, signal) {
      const first = ranked.slice(0, most);
      const ids = first.map(({ candidate }) => candidate.chunkId);
      if (ids.length === 0) return [...ranked];
      const texts = new Map((await index.passages(at, ids, signal)).map(({ chunkId, text }) => [chunkId, text]));
      try {
        const asked = ids.map((id) => (texts.get(id) ?? "").slice(0, judged));
        const scores = await reranker.score(query, asked, signal);
        const again = first.map((each, place) => {
          const parts = [...each.parts, part("rerank", scores[place] ?? 0, weight)];
          return { ...each, parts, score: total(parts) };
        });
        return [...again.sort(inOrder), ...ranked.slice(most)];
      } catch (error) {
        if (signal.aborted || !(error instanceof Fault)) throw error;
        warnings.push("the reranker did not answer: hits stand in their first order");
        return [...ranked];
      }
    },
  };
}
