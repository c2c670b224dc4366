import { parentPort } from "node:worker_threads";
import { Fault } from "../../../domain/mod.ts";
import { codeOf } from "./connection.ts";
import type { CallReply } from "./worker-calls.ts";

/** The worker's side of `workerCalls`: answers calls one after the other, until told to close. */
export function answerCalls<Request extends { readonly id: number }>(
  work: (request: Request) => Promise<unknown>,
  close: () => void,
): void {
  const port = parentPort!;
  async function answer(request: Request): Promise<void> {
    let reply: CallReply;
    const { id } = request;
    try {
      reply = { id, value: await work(request) };
    } catch (error) {
      if (error instanceof Fault) {
        const { code, message, reason } = error;
        reply = { id, fault: { code, message, reason } };
      } else reply = { id, code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(reply);
  }
  // Each message is a macrotask of its own, which the driver needs between batches to give memory back.
  let queue: Promise<void> = Promise.resolve();
  port.on("message", (request: Request | "close") => {
    queue = queue.then(() => {
      if (request !== "close") return answer(request);
      close();
      // The other side ends the thread: Deno's ports have no close.
      port.postMessage("closed");
    });
  });
}
