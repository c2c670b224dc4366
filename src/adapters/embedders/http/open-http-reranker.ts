import { throwIfAborted } from "../../../domain/mod.ts";
import { beginErrors, type Reranker } from "../../../ports/mod.ts";
import { Exchange, type Patience } from "./exchange.ts";
import { malformed } from "./http-failure.ts";
import type { Surroundings } from "./open-http-embedder.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface HttpRerankConfig {
  /** The whole URL, such as `http://127.0.0.1:8080/v1/rerank`. */
  readonly url: string;
  /** "": not named. */
  readonly model: string;
  readonly apiKey?: string | undefined;
  readonly patience?: Partial<Patience>;
}

const what = "the rerank server";
/** One attempt: a search that has waited this long is better answered as it is. */
const forSearches: Patience = { attemptMs: 2_000, attempts: 1, firstWaitMs: 0, longestWaitMs: 0 };
/** An answer has a few numbers a text; some servers repeat the texts. */
const bytesAText = 20_000;

/** A cross-encoder on a server that takes `query` and `documents`, and answers with `results`. */
export async function openHttpReranker(
  { url, model, apiKey, patience }: HttpRerankConfig,
  most: number,
  { clock, meter, traceHeaders }: Surroundings,
  signal: AbortSignal,
): Promise<Reranker & { trouble(): string; close(): Promise<void> }> {
  throwIfAborted(signal);
  const bucket = new TokenBucket(0, most, clock);
  beginErrors(meter, "embedder", ["rerank"]);
  const exchange = new Exchange({ url, apiKey, clock, meter, traceHeaders, bucket, what, setting: "KM_RERANK" });
  return {
    most,
    async score(query, texts, abort) {
      exchange.throwIfOver(abort);
      if (texts.length === 0) return new Float32Array();
      const body = { ...(model === "" ? {} : { model }), query, documents: texts, top_n: texts.length };
      const read = (answer: unknown) => readScores(answer, texts.length);
      const limit = texts.length * bytesAText;
      return exchange.post("rerank", body, limit, read, { ...forSearches, ...patience }, abort);
    },
    trouble: () => exchange.trouble,
    async close() {
      exchange.close();
    },
  };
}

/** Scores from 0 to 1; servers that give logits have them made probabilities. @throws ExchangeError */
function readScores(answer: unknown, count: number): Float32Array {
  const results = (answer as { results?: unknown } | null)?.results;
  if (!Array.isArray(results)) throw malformed(what, "answered JSON without results: check KM_RERANK_URL");
  const scores = new Float64Array(count).fill(Number.NaN);
  for (const result of results as unknown[]) {
    const { index, relevance_score: score } = (result ?? {}) as { index?: unknown; relevance_score?: unknown };
    const fits = typeof index === "number" && Number.isInteger(index) && index >= 0 && index < count;
    if (!fits || typeof score !== "number" || !Number.isFinite(score) || !Number.isNaN(scores[index])) {
      throw malformed(what, "gave a result without a place or a number of its own");
    }
    scores[index] = score;
  }
  if (scores.some(Number.isNaN)) throw malformed(what, `did not judge all of the ${count} texts`);
  const shares = scores.every((score) => score >= 0 && score <= 1);
  return Float32Array.from(scores, (score) => (shares ? score : 1 / (1 + Math.exp(-score))));
}
