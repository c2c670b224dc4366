import { parentPort, workerData } from "node:worker_threads";
import type { EmbedReply, EmbedTask } from "../thread/mod.ts";
import { type Extractor, loadOptions, loadTransformers } from "./load-transformers.ts";
import type { Opened } from "./opened.ts";

const { folder, specifier } = workerData as { readonly folder: string; readonly specifier: string | undefined };

async function open(): Promise<Extractor> {
  const { transformers, model } = await loadTransformers(folder, specifier);
  return transformers.pipeline("feature-extraction", model, loadOptions);
}

async function vectorsOf(extract: Extractor, texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  const said = texts.map((text) => text.trim() !== "");
  const { dims, data } = await extract(
    texts.map((text, at) => (said[at] ? text : ".")),
    { pooling: "mean", normalize: true },
  );
  const vectors = Float32Array.from(data);
  const dimensions = dims[1] as number;
  for (const [at, says] of said.entries()) if (!says) vectors.fill(0, at * dimensions, (at + 1) * dimensions);
  return vectors;
}

try {
  const extract = await open();
  const { dims } = await extract(["dimensions"], { pooling: "mean", normalize: true });
  parentPort?.postMessage({ opened: { dimensions: dims[1] as number } } satisfies Opened);
  // One after the other: the model uses all cores for each.
  let before: Promise<unknown> = Promise.resolve();
  parentPort?.on("message", ({ id, texts }: EmbedTask) => {
    before = before.then(async () => {
      const vectors = await vectorsOf(extract, texts);
      parentPort?.postMessage({ id, vectors } satisfies EmbedReply, [vectors.buffer]);
    });
    // Thrown where nothing catches it, so that the thread dies and its callers are told.
    before.catch((error: unknown) => queueMicrotask(() => Promise.reject(error)));
  });
} catch (error) {
  parentPort?.postMessage({ failed: error instanceof Error ? error.message : String(error) } satisfies Opened);
}
