import type { Worker } from "node:worker_threads";
import { aborted, Fault } from "../../../domain/mod.ts";

export interface EmbedTask {
  readonly id: number;
  readonly texts: readonly string[];
}

export interface EmbedReply {
  readonly id: number;
  /** One vector after the other. */
  readonly vectors: Float32Array<ArrayBuffer>;
}

interface Pending {
  resolve(vectors: Float32Array): void;
  reject(reason: unknown): void;
}

/** The worker thread that embeds passages. Starts with the first, is replaced when it dies, and does not keep the process alive. */
export class EmbedThread {
  readonly #spawn: () => Worker;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;
  #closed = false;

  /** @param spawn starts the thread, which answers each `EmbedTask` with an `EmbedReply` */
  constructor(spawn: () => Worker) {
    this.#spawn = spawn;
  }

  /** One vector a text, end to end. @throws Fault unavailable when the thread dies or is closed. */
  run(texts: readonly string[], signal: AbortSignal): Promise<Float32Array> {
    if (this.#closed) return Promise.reject(closedFault());
    if (signal.aborted) return Promise.reject(aborted(signal));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const settle = (done: () => void) => {
        signal.removeEventListener("abort", abort);
        this.#pending.delete(id);
        // Waiting work keeps the process alive, an idle thread does not.
        if (this.#pending.size === 0) this.#worker?.unref();
        done();
      };
      const abort = () => settle(() => reject(aborted(signal)));
      signal.addEventListener("abort", abort, { once: true });
      this.#pending.set(id, {
        resolve: (vectors) => settle(() => resolve(vectors)),
        reject: (reason) => settle(() => reject(reason)),
      });
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage({ id, texts } satisfies EmbedTask);
    });
  }

  /** Lets the thread go unless it works; the next text starts one anew. */
  rest(): void {
    if (this.#pending.size > 0) return;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rejectAll(closedFault());
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = this.#spawn();
    const lost = (cause: unknown) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const message = "the embedder's worker thread died and is replaced: try again";
      this.#rejectAll(new Fault("unavailable", message, { cause }));
    };
    worker.on("message", ({ id, vectors }: EmbedReply) => this.#pending.get(id)?.resolve(vectors));
    worker.on("error", lost);
    worker.on("exit", (code) => lost(new Error(`the embedder's worker exited with code ${code}`)));
    return worker;
  }

  #rejectAll(reason: Fault): void {
    for (const pending of [...this.#pending.values()]) pending.reject(reason);
  }
}

function closedFault(): Fault {
  return new Fault("unavailable", "the embedder is closed: the gateway is stopping; try again later");
}
