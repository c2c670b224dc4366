import type { Worker } from "node:worker_threads";
import { aborted, Fault } from "../../../domain/mod.ts";

/** The first message of a thread that holds a model. */
export type Opened = { readonly opened: { readonly dimensions: number } } | { readonly failed: string };

/** Waits until the thread has its model. @throws Fault precondition when it can't be had */
export async function opened(worker: Worker, signal: AbortSignal): Promise<{ readonly dimensions: number }> {
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(aborted(signal)), { once: true });
      worker.once("message", (message: Opened) => {
        if ("opened" in message) resolve(message.opened);
        else reject(refusal(message.failed));
      });
      worker.once("error", (error) => reject(refusal(error.message)));
      worker.once("exit", (code) => reject(refusal(`its thread ended with code ${code}`)));
    });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

function refusal(why: string): Fault {
  // The last is how Deno says it.
  const missing = /Cannot find (?:package|module)|ERR_MODULE_NOT_FOUND|Could not resolve|not a dependency/i.test(why);
  const message = missing
    ? "a model in a folder needs the package @huggingface/transformers: run `npm install @huggingface/transformers` where the gateway is installed"
    : "the model could not be loaded: see the log";
  return new Fault("precondition", message, { cause: new Error(why), reason: "MODEL_UNUSABLE" });
}
