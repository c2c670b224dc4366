import type { Transferable, Worker } from "node:worker_threads";
import { aborted, Fault, throwIfAborted } from "../../../domain/mod.ts";
import { type Answer, type Argument, type FromWorker, fromMessage, type Operations } from "./messages.ts";

interface Pending {
  readonly operation: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: Fault) => void;
}

/** Told how each call ended: its seconds, and the Fault's code ("" when it went well). */
export type Observe = (operation: string, seconds: number, code: string) => void;

/** The calling side of a worker. Calls keep their order; a worker that dies rejects all of them. */
export class WorkerLink<O extends Operations> {
  readonly #worker: Worker;
  readonly #what: string;
  readonly #name: string;
  readonly #observe: Observe;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #death: Fault | undefined;
  #closing = false;

  /** `what` it serves ("index") and its `name` in that ("writer") are told when it dies. */
  constructor(worker: Worker, what: string, name: string, observe: Observe) {
    this.#worker = worker;
    this.#what = what;
    this.#name = name;
    this.#observe = observe;
    worker.on("message", (message: FromWorker) => this.#settle(message));
    worker.on("error", (error) => this.#die(error));
    worker.on("exit", (code) => this.#die(new Error(`exited with code ${code}`)));
  }

  /** Why it no longer works; undefined while it does. */
  get death(): Fault | undefined {
    return this.#closing ? undefined : this.#death;
  }

  async call<K extends keyof O & string>(
    operation: K,
    argument: Argument<O, K>,
    signal?: AbortSignal,
    transfer: readonly Transferable[] = [],
  ): Promise<Answer<O, K>> {
    if (signal !== undefined) throwIfAborted(signal);
    if (this.#death !== undefined) throw this.#death;
    const id = this.#next++;
    const began = performance.now();
    const { promise, resolve, reject } = defer();
    this.#pending.set(id, { operation, resolve, reject });
    const onAbort = () => {
      if (!this.#pending.delete(id)) return;
      this.#worker.postMessage({ abort: id });
      reject(aborted(signal!));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#worker.postMessage({ id, operation, argument }, transfer as Transferable[]);
    let code = "";
    try {
      return (await promise) as Answer<O, K>;
    } catch (error) {
      code = error instanceof Fault ? error.code : "internal";
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#observe(operation, (performance.now() - began) / 1000, code);
    }
  }

  /** Counts a failure that came inside an answer. */
  failed(operation: keyof O & string, { code }: Fault): void {
    this.#observe(operation, 0, code);
  }

  /** Ends the thread; whatever is still pending rejects. */
  async terminate(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
    this.#die(new Error("closed"));
  }

  #settle(message: FromWorker): void {
    const call = this.#pending.get(message.id);
    if (call === undefined) return;
    this.#pending.delete(message.id);
    if ("fault" in message) call.reject(fromMessage(message.fault));
    else call.resolve(message.value);
  }

  #die(cause: unknown): void {
    const reason = this.#what.toUpperCase();
    this.#death ??= this.#closing
      ? new Fault("unavailable", `the ${this.#what} is closed`, { cause, reason: `${reason}_CLOSED` })
      : new Fault("unavailable", `the ${this.#what}'s ${this.#name} died: restart the gateway`, {
          cause,
          reason: `${reason}_WORKER_DIED`,
        });
    for (const call of this.#pending.values()) call.reject(this.#death);
    this.#pending.clear();
  }
}

// Promise.withResolvers is not in Node 20.
function defer() {
  let resolve: (value: unknown) => void = () => {};
  let reject: (fault: Fault) => void = () => {};
  const promise = new Promise<unknown>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
