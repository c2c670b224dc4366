import { parentPort, workerData } from "node:worker_threads";
import type { EmbedReply, EmbedTask } from "../thread/mod.ts";
import { loadOptions, loadTransformers } from "./load-transformers.ts";
import type { Opened } from "./opened.ts";

const { folder, specifier } = workerData as { readonly folder: string; readonly specifier: string | undefined };

type Score = (query: string, texts: readonly string[]) => Promise<Float32Array<ArrayBuffer>>;

/** A cross-encoder's first logit, as a probability. */
async function open(): Promise<Score> {
  const { transformers, model } = await loadTransformers(folder, specifier);
  const tokenizer = await transformers.AutoTokenizer.from_pretrained(model, loadOptions);
  const judge = await transformers.AutoModelForSequenceClassification.from_pretrained(model, loadOptions);
  return async (query, texts) => {
    const queries = texts.map(() => query);
    const { logits } = await judge(tokenizer(queries, { text_pair: texts, padding: true, truncation: true }));
    const width = logits.data.length / texts.length;
    return Float32Array.from(texts, (_, at) => 1 / (1 + Math.exp(-(logits.data[at * width] as number))));
  };
}

try {
  const score = await open();
  // A model that gives no logits is told here, not by the first search.
  await score("a question", ["a passage"]);
  parentPort?.postMessage({ opened: { dimensions: 1 } } satisfies Opened);
  // The first text is the question; the scores of the others are the answer.
  parentPort?.on("message", async ({ id, texts: [query = "", ...texts] }: EmbedTask) => {
    const vectors = await score(query, texts);
    parentPort?.postMessage({ id, vectors } satisfies EmbedReply, [vectors.buffer]);
  });
} catch (error) {
  parentPort?.postMessage({ failed: error instanceof Error ? error.message : String(error) } satisfies Opened);
}
