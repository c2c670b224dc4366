import { parentPort, workerData } from "node:worker_threads";
import { workInBackground } from "../../../runtime/mod.ts";
import type { EmbedReply, EmbedTask } from "../thread/mod.ts";
import { TextHasher } from "./hash-text.ts";

const { dimensions } = workerData as { readonly dimensions: number };
const hasher = new TextHasher(dimensions);

workInBackground();
parentPort?.on("message", ({ id, texts }: EmbedTask) => {
  const vectors = new Float32Array(texts.length * dimensions);
  texts.forEach((text, index) => {
    hasher.hash(text, vectors, index * dimensions);
  });
  parentPort?.postMessage({ id, vectors } satisfies EmbedReply, [vectors.buffer]);
});
