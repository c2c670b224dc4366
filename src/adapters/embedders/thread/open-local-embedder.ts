import type { Worker } from "node:worker_threads";
import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import type { Embedder } from "../../../ports/mod.ts";
import { EmbedThread } from "./embed-thread.ts";

export interface LocalEmbedding {
  readonly fingerprint: string;
  readonly dimensions: number;
  /**
   * Writes a text's unit vector into `out` at `offset`; zeros for a text without words. Undefined: the thread does
   * questions too.
   */
  readonly embedText: ((text: string, out: Float32Array, offset: number) => void) | undefined;
  /** Texts a message to the thread: a cancelled call leaves at most this much work behind. Default 256, for hashing. */
  readonly batch?: number;
  /** Starts a thread that does the same for `EmbedTask`s. */
  readonly spawn: () => Worker;
}

/** Characters of queries embedded on the calling thread: under a millisecond, where the thread costs as much to reach. */
const inPlace = 8_192;

/** An embedder that computes on this machine. Its thread starts with the first passages. */
export function openLocalEmbedder(embedding: LocalEmbedding): Embedder {
  const { fingerprint, dimensions, embedText, batch = 256, spawn } = embedding;
  const thread = new EmbedThread(spawn);
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
    fingerprint,
    dimensions,
    async embed(texts, kind, abort) {
      check(abort);
      const short =
        embedText !== undefined && kind === "query" && texts.reduce((sum, text) => sum + text.length, 0) <= inPlace;
      if (short) {
        return texts.map((text) => {
          const vector = new Float32Array(dimensions);
          embedText(text, vector, 0);
          return vector;
        });
      }
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += batch) {
        vectors.push(...cut(await thread.run(texts.slice(from, from + batch), abort)));
      }
      return vectors;
    },
    // A thread that does questions too is asked at any time, and loads a model when it starts.
    ...(embedText === undefined ? {} : { rest: () => thread.rest() }),
    async ready(abort) {
      check(abort);
    },
    async close() {
      closed = true;
      await thread.close();
    },
  };
}
