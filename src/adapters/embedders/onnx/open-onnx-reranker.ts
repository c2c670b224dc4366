import { throwIfAborted } from "../../../domain/mod.ts";
import type { Reranker } from "../../../ports/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import { EmbedThread } from "../thread/mod.ts";
import { checkFolder } from "./check-folder.ts";
import { opened } from "./opened.ts";

export interface OnnxRerankConfig {
  /** Absolute: a folder as an embedder's, with a cross-encoder whose first logit says how well it fits. */
  readonly modelPath: string;
  readonly transformers?: string | undefined;
}

/** Opens a cross-encoder. @throws Fault precondition when the folder, the package or the model can't be used */
export async function openOnnxReranker(
  { modelPath, transformers }: OnnxRerankConfig,
  most: number,
  signal: AbortSignal,
): Promise<Reranker & { close(): Promise<void> }> {
  throwIfAborted(signal);
  const folder = modelPath.replace(/\/+$/, "");
  await checkFolder(folder, "KM_RERANK_MODEL_PATH", signal);
  const spawn = () => spawnWorker(import.meta.url, "./rerank-worker", { folder, specifier: transformers });
  const first = spawn();
  await opened(first, signal);
  first.unref();
  let ready: ReturnType<typeof spawn> | undefined = first;
  const thread = new EmbedThread(() => {
    const worker = ready ?? spawn();
    ready = undefined;
    return worker;
  });
  return {
    most,
    score: (query, texts, abort) => thread.run([query, ...texts], abort),
    async close() {
      await ready?.terminate();
      await thread.close();
    },
  };
}
