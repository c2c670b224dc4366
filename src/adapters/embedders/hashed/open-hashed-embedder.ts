import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import type { Embedder } from "../../../ports/mod.ts";
import { EmbedThread } from "./embed-thread.ts";
import { TextHasher } from "./hash-text.ts";

export interface HashedConfig {
  /** 64 to 384. Default 256: 1,024 found no more, and a search reads every byte. */
  readonly dimensions?: number;
}

const defaultDimensions = 256;
/** Raised whenever the same text may give another vector. */
const version = 1;
/** Texts a message to the thread: a cancelled call leaves at most this much work behind. */
const batch = 256;
/** Characters of queries hashed on the calling thread: under a millisecond, where the thread costs as much to reach. */
const inPlace = 8_192;

/** Opens the embedder that needs no model. Its thread starts with the first passages. */
export async function openHashedEmbedder(config: HashedConfig, signal: AbortSignal): Promise<Embedder> {
  throwIfAborted(signal);
  const dimensions = config.dimensions ?? defaultDimensions;
  if (!Number.isInteger(dimensions) || dimensions < 64 || dimensions > 384) {
    throw new Fault("invalid", `the hashed embedder has 64 to 384 dimensions, not ${dimensions}`);
  }
  const hasher = new TextHasher(dimensions);
  const thread = new EmbedThread(dimensions);
  let closed = false;

  const check = (abort: AbortSignal): void => {
    throwIfAborted(abort);
    if (closed) throw new Fault("unavailable", "the embedder is closed: the gateway is stopping; try again later");
  };
  const cut = (vectors: Float32Array): Float32Array[] =>
    Array.from({ length: vectors.length / dimensions }, (_, at) =>
      vectors.subarray(at * dimensions, (at + 1) * dimensions),
    );

  return {
    fingerprint: `hashed-ngrams-v${version}/${dimensions}/unit`,
    dimensions,
    async embed(texts, kind, abort) {
      check(abort);
      const short = kind === "query" && texts.reduce((sum, text) => sum + text.length, 0) <= inPlace;
      if (short) {
        return texts.map((text) => {
          const vector = new Float32Array(dimensions);
          hasher.hash(text, vector, 0);
          return vector;
        });
      }
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += batch) {
        vectors.push(...cut(await thread.run(texts.slice(from, from + batch), abort)));
      }
      return vectors;
    },
    async ready(abort) {
      check(abort);
    },
    async close() {
      closed = true;
      await thread.close();
    },
  };
}
