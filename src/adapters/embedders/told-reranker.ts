import type { Clock, Log, Reranker } from "../../ports/mod.ts";

/** Of lines about failures, ms: a reranker that is away fails every search, as many as there are. */
const betweenLinesMs = 60_000;

/**
 * A reranker whose failures are logged: the first, and while they go on one a minute, with how many had no line of
 * their own since the one before. Searches that were given up are no failures. All are counted in the metrics.
 */
export function toldReranker(reranker: Reranker, log: Log, clock: Pick<Clock, "now">): Reranker {
  let told = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return {
    most: reranker.most,
    async score(query, texts, signal) {
      try {
        return await reranker.score(query, texts, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        if (clock.now() - told < betweenLinesMs) {
          untold += 1;
          throw error;
        }
        log.warn({ err: error, not_told_before: untold }, "the hits could not be reranked");
        told = clock.now();
        untold = 0;
        throw error;
      }
    },
  };
}
