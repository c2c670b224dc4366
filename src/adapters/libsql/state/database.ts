import type { Worker } from "node:worker_threads";
import { Fault, throwIfAborted } from "../../../domain/mod.ts";
import { spawnWorker } from "../../../runtime/mod.ts";
import { DatabaseError, databaseFault } from "./database-fault.ts";
import type { BatchMode, BatchReply, BatchRequest, DatabaseWorkerData, Row, Statement } from "./statement.ts";

/** One libSQL file behind one worker thread, so that no statement and no lock wait stops the caller's thread. */
export interface Database {
  /**
   * Runs the statements as one transaction and gives the rows of each. Batches run in the order they were sent.
   * An abort rejects at once; a batch already under way still happens or fails as a whole.
   * @throws Fault `unavailable`, `exhausted`, `precondition`, `internal`, `cancelled`; its cause is a DatabaseError.
   */
  batch(mode: BatchMode, statements: readonly Statement[], signal: AbortSignal): Promise<readonly (readonly Row[])[]>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(rows: readonly (readonly Row[])[]): void;
  reject(error: Fault): void;
}

/** `store` names it in messages. The file is made when its first batch runs. */
export function openDatabase(file: string, store: string): Database {
  const data: DatabaseWorkerData = { file };
  const waiting = new Map<number, Waiting>();
  const worker: Worker = spawnWorker(import.meta.url, "./database-worker", data);
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
  worker.on("message", (reply: BatchReply | "closed") => {
    if (reply === "closed") return onClosed();
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("rows" in reply) call?.resolve(reply.rows);
    else call?.reject(databaseFault(store, new DatabaseError(reply.code, reply.message)));
  });
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`its worker ended with code ${code}`)));

  async function batch(mode: BatchMode, statements: readonly Statement[], signal: AbortSignal) {
    throwIfAborted(signal);
    if (dead !== undefined) throw dead;
    lastId += 1;
    const id = lastId;
    const request: BatchRequest = { id, mode, statements };
    const reply = new Promise<readonly (readonly Row[])[]>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
    worker.postMessage(request);
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
  }

  return {
    batch,
    async close() {
      if (dead !== undefined) return;
      dead = new Fault("unavailable", `${store} is closed`, { reason: "STORE_CLOSED" });
      worker.postMessage("close");
      await closed;
      await worker.terminate();
    },
  };
}
