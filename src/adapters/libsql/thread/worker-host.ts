import { type MessagePort, parentPort } from "node:worker_threads";
import { Fault } from "../../../domain/mod.ts";
import { type FromWorker, type Operations, type ToWorker, toMessage } from "./messages.ts";

type Operation = (argument: unknown, signal: AbortSignal) => unknown;
type Call = Extract<ToWorker, { operation: string }>;

/** Work done before calls that may go in between have their turn, ms. */
const turnMs = 4;

/**
 * Lets waiting messages in, and answers those of them that may go in between; nothing while its turn lasts. Called
 * often by long work, at places where whatever is answered finds everything in order.
 */
export type GiveWay = () => Promise<void>;

/**
 * The answering side of a worker: one operation at a time, in the order asked. A call that was aborted while it
 * waited is never started; a running one sees its signal when it lets messages in (`breathe`).
 *
 * @param toFault what an operation's error is told as
 * @param between operations that are answered in the middle of others, where those give way
 */
export function hostWorker(
  operations: Operations,
  toFault: (error: unknown) => Fault,
  between: readonly string[] = [],
): GiveWay {
  const port = parentPort;
  if (port === null) throw new Error("this module runs in a worker thread");
  let queue: Call[] = [];
  const live = new Map<number, AbortController>();
  let working = false;
  let turnBegan = 0;

  async function answer(call: Call): Promise<void> {
    const controller = live.get(call.id)!;
    const answered = await run(operations, toFault, call, controller.signal);
    live.delete(call.id);
    reply(port!, answered);
  }

  async function work(): Promise<void> {
    working = true;
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
      turnBegan = performance.now();
      await answer(call);
    }
    working = false;
  }

  port.on("message", (message: ToWorker) => {
    if ("abort" in message) {
      live.get(message.abort)?.abort(new Fault("cancelled", "the call was cancelled"));
      return;
    }
    live.set(message.id, new AbortController());
    queue.push(message);
    if (!working) void work();
  });

  return async () => {
    if (performance.now() - turnBegan < turnMs) return;
    await messagesRead();
    const short = queue.filter(({ operation }) => between.includes(operation));
    queue = queue.filter(({ operation }) => !between.includes(operation));
    for (const call of short) await answer(call);
    turnBegan = performance.now();
  };
}

function messagesRead(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function run(
  operations: Operations,
  toFault: (error: unknown) => Fault,
  call: Call,
  signal: AbortSignal,
): Promise<FromWorker> {
  try {
    if (signal.aborted) throw signal.reason;
    const operation = operations[call.operation] as Operation | undefined;
    if (operation === undefined) throw new Fault("internal", `the worker knows no ${call.operation}`);
    return { id: call.id, value: await operation(call.argument, signal) };
  } catch (error) {
    return { id: call.id, fault: toMessage(toFault(error)) };
  }
}

function reply(port: MessagePort, answer: FromWorker): void {
  port.postMessage(answer);
}

/** Lets waiting messages (an abort among them) be read. @throws the abort's Fault. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await messagesRead();
  if (signal.aborted) throw signal.reason;
}
