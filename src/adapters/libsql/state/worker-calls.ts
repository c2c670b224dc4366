import type { Worker } from "node:worker_threads";
import { Fault, type FaultCode, throwIfAborted } from "../../../domain/mod.ts";
import { DatabaseError, databaseFault } from "./database-fault.ts";

/** A reply of a worker to the call with the same id. */
export type CallReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: string; readonly message: string }
  | { readonly id: number; readonly fault: { code: FaultCode; message: string; reason: string } };

/** One worker thread that answers calls in the order they were sent. */
export interface WorkerCalls<Request extends object> {
  /**
   * An abort rejects at once; a call already under way still happens or fails as a whole.
   * @throws Fault `unavailable`, `exhausted`, `precondition`, `internal`, `cancelled`.
   */
  call(request: Request, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Fault): void;
}

/** `store` names it in messages. */
export function workerCalls<Request extends object>(worker: Worker, store: string): WorkerCalls<Request> {
  const waiting = new Map<number, Waiting>();
  let onClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  let lastId = 0;
  let dead: Fault | undefined;

  function end(cause: unknown): void {
    dead ??= new Fault("unavailable", `${store} is closed; restart the gateway`, { cause, reason: "STORE_CLOSED" });
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
    onClosed();
  }
  worker.on("message", (reply: CallReply | "closed") => {
    if (reply === "closed") return onClosed();
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("value" in reply) call?.resolve(reply.value);
    else if ("fault" in reply) {
      const { code, message, reason } = reply.fault;
      call?.reject(new Fault(code, message, { reason }));
    } else call?.reject(databaseFault(store, new DatabaseError(reply.code, reply.message)));
  });
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`its worker ended with code ${code}`)));

  return {
    async call(request, signal) {
      throwIfAborted(signal);
      if (dead !== undefined) throw dead;
      lastId += 1;
      const id = lastId;
      const reply = new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
      worker.postMessage({ ...request, id });
      let stop = () => {};
      const abort = new Promise<never>((_, reject) => {
        const onAbort = () => {
          try {
            throwIfAborted(signal);
          } catch (error) {
            reject(error);
          }
        };
        signal.addEventListener("abort", onAbort, { once: true });
        stop = () => signal.removeEventListener("abort", onAbort);
      });
      try {
        return await Promise.race([reply, abort]);
      } finally {
        stop();
        // Left behind by an abort: its late failure has no one to hear it.
        reply.catch(() => {});
      }
    },

    async close() {
      if (dead !== undefined) return;
      dead = new Fault("unavailable", `${store} is closed`, { reason: "STORE_CLOSED" });
      worker.postMessage("close");
      await closed;
      await worker.terminate();
    },
  };
}
