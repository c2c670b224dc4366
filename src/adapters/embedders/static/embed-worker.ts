import { parentPort, workerData } from "node:worker_threads";
import { workInBackground } from "../../../runtime/mod.ts";
import type { EmbedReply, EmbedTask } from "../thread/mod.ts";
import { TextEmbedder } from "./embed-text.ts";
import { parseWordTable } from "./word-table.ts";

const { table } = workerData as { readonly table: SharedArrayBuffer };
const embedder = new TextEmbedder(parseWordTable(table));

workInBackground();
parentPort?.on("message", ({ id, texts }: EmbedTask) => {
  const vectors = new Float32Array(texts.length * embedder.dimensions);
  texts.forEach((text, index) => {
    embedder.embed(text, vectors, index * embedder.dimensions);
  });
  parentPort?.postMessage({ id, vectors } satisfies EmbedReply, [vectors.buffer]);
});
