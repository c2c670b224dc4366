import type { Clock, Embedder, Log } from "../../ports/mod.ts";
import { toldFailures } from "./told-failures.ts";

/**
 * An embedder whose failures over queries are logged, within bounds: a hybrid search goes on without, and tells its
 * caller alone. Those over passages fail a run, which logs them. Searches that were given up are no failures.
 */
export function toldEmbedder(embedder: Embedder, log: Log, clock: Pick<Clock, "now">): Embedder {
  const tell = toldFailures(log, clock, "a query could not be embedded: hybrid searches go by words only");
  return {
    fingerprint: embedder.fingerprint,
    dimensions: embedder.dimensions,
    async embed(texts, kind, signal) {
      try {
        return await embedder.embed(texts, kind, signal);
      } catch (error) {
        if (kind === "query" && !signal.aborted) tell(error);
        throw error;
      }
    },
    rest: () => embedder.rest?.(),
    ready: (signal) => embedder.ready(signal),
    close: () => embedder.close(),
  };
}
