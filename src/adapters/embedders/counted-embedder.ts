import { Fault } from "../../domain/mod.ts";
import type { Embedder, Meter, Reranker } from "../../ports/mod.ts";

/** An embedder that computes here, its calls counted and timed as those to a server are. */
export function countedEmbedder(embedder: Embedder, meter: Meter): Embedder {
  return {
    ...embedder,
    embed: (texts, kind, signal) => countedCall(meter, "embed", () => embedder.embed(texts, kind, signal)),
  };
}

/** The same for a reranker. */
export function countedReranker<R extends Reranker>(reranker: R, meter: Meter): R {
  const score: Reranker["score"] = (query, texts, signal) =>
    countedCall(meter, "rerank", () => reranker.score(query, texts, signal));
  return { ...reranker, score };
}

async function countedCall<T>(meter: Meter, operation: string, call: () => Promise<T>): Promise<T> {
  const labels = { backend: "embedder", operation };
  const began = performance.now();
  try {
    return await call();
  } catch (error) {
    meter.add("km_backend_errors_total", { ...labels, code: error instanceof Fault ? error.code : "internal" });
    throw error;
  } finally {
    meter.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
  }
}
