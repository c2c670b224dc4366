import type { Clock, Log, Reranker } from "../../ports/mod.ts";
import { toldFailures } from "./told-failures.ts";

/** A reranker whose failures are logged, within bounds. Searches that were given up are no failures. */
export function toldReranker(reranker: Reranker, log: Log, clock: Pick<Clock, "now">): Reranker {
  const tell = toldFailures(log, clock, "the hits could not be reranked");
  return {
    most: reranker.most,
    async score(query, texts, signal) {
      try {
        return await reranker.score(query, texts, signal);
      } catch (error) {
        if (!signal.aborted) tell(error);
        throw error;
      }
    },
  };
}
