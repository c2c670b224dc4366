import { throwIfAborted } from "../../../domain/mod.ts";
import type { Embedder } from "../../../ports/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import { openLocalEmbedder } from "../thread/mod.ts";
import { checkFolder } from "./check-folder.ts";
import { opened } from "./opened.ts";

export interface OnnxConfig {
  /** Absolute: a folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx. */
  readonly modelPath: string;
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
  /** Where `@huggingface/transformers` is, when not among the gateway's packages: a file URL. */
  readonly transformers?: string | undefined;
}

/** Texts a message to the thread: a question waits for one of these at most. */
const batch = 16;

/**
 * Opens a sentence model of mean pooling. The model runs in a thread, since the runtime computes on the thread that
 * asks. @throws Fault precondition when the folder, the package or the model can't be used
 */
export async function openOnnxEmbedder(config: OnnxConfig, signal: AbortSignal): Promise<Embedder> {
  throwIfAborted(signal);
  const { modelPath, queryPrefix = "", passagePrefix = "", transformers } = config;
  const folder = modelPath.replace(/\/+$/, "");
  const content = await checkFolder(folder, "KM_EMBEDDER_MODEL_PATH", signal);
  const spawn = () => spawnWorker(import.meta.url, "./embed-worker", { folder, specifier: transformers });
  const first = spawn();
  const { dimensions } = await opened(first, signal);
  first.unref();
  let ready: ReturnType<typeof spawn> | undefined = first;
  const inner = openLocalEmbedder({
    fingerprint: `onnx:${content}${passagePrefix === "" ? "" : `+${encodeURIComponent(passagePrefix)}`}/${dimensions}/unit`,
    dimensions,
    embedText: undefined,
    batch,
    spawn: () => {
      const worker = ready ?? spawn();
      ready = undefined;
      return worker;
    },
  });
  const prefixed = (texts: readonly string[], prefix: string) =>
    prefix === "" ? texts : texts.map((text) => (text.trim() === "" ? text : `${prefix} ${text}`));
  return {
    ...inner,
    embed: (texts, kind, abort) =>
      inner.embed(prefixed(texts, kind === "query" ? queryPrefix : passagePrefix), kind, abort),
    async close() {
      await ready?.terminate();
      await inner.close();
    },
  };
}
