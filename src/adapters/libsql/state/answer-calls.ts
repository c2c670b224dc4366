import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { Fault } from "../../../domain/mod.ts";
import { codeOf } from "./connection.ts";
import type { CallReply } from "./worker-calls.ts";

/** Calls that wait together may be answered together. */
export interface Together<Request> {
  takes(request: Request): boolean;
  /** The answers, in the calls' order. When it throws, nothing was done, and each call is tried alone. */
  work(requests: readonly Request[]): Promise<readonly unknown[]>;
}

/** Calls answered together at most: the longest that one of them holds up what comes after it. */
const mostTogether = 64;

/** The worker's side of `workerCalls`: answers calls one after the other, until told to close. */
export function answerCalls<Request extends { readonly id: number }>(
  work: (request: Request) => Promise<unknown>,
  close: () => void,
  together?: Together<Request>,
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
  async function answerAll(requests: readonly Request[]): Promise<void> {
    if (together !== undefined && requests.length > 1) {
      const values = await together.work(requests).catch(() => undefined);
      if (values !== undefined) {
        for (const [i, { id }] of requests.entries()) port.postMessage({ id, value: values[i] } satisfies CallReply);
        return;
      }
    }
    for (const request of requests) await answer(request);
  }

  /** The calls at the queue's end that nobody has begun to answer, when they are such as go together. */
  let gathering: Request[] | undefined;
  function gather(request: Request): void {
    if (gathering !== undefined && gathering.length < mostTogether) {
      gathering.push(request);
      return;
    }
    const group = [request];
    gathering = group;
    // What arrived during the last answer is still to be delivered.
    queue = queue
      .then(() => nextTurn())
      .then(() => {
        if (gathering === group) gathering = undefined;
        return answerAll(group);
      });
  }

  // Each message is a macrotask of its own, which the driver needs between batches to give memory back.
  let queue: Promise<void> = Promise.resolve();
  port.on("message", (request: Request | "close") => {
    if (request !== "close" && together?.takes(request) === true) return gather(request);
    gathering = undefined;
    queue = queue.then(() => {
      if (request !== "close") return answer(request);
      close();
      // The other side ends the thread: Deno's ports have no close.
      port.postMessage("closed");
    });
  });
}
