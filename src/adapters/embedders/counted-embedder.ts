import { beginErrors, countedCall, type Embedder, type Meter, type Reranker } from "../../ports/mod.ts";

/** An embedder that computes here, its calls counted and timed as those to a server are. */
export function countedEmbedder(embedder: Embedder, meter: Meter): Embedder {
  beginErrors(meter, "embedder", ["embed"]);
  return {
    ...embedder,
    embed: (texts, kind, signal) => countedCall(meter, "embedder", "embed", () => embedder.embed(texts, kind, signal)),
  };
}

/** The same for a reranker. */
export function countedReranker<R extends Reranker>(reranker: R, meter: Meter): R {
  beginErrors(meter, "embedder", ["rerank"]);
  const score: Reranker["score"] = (query, texts, signal) =>
    countedCall(meter, "embedder", "rerank", () => reranker.score(query, texts, signal));
  return { ...reranker, score };
}
