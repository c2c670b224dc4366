import { type MessagePort, parentPort } from "node:worker_threads";
import { Fault } from "../../../domain/mod.ts";
import { type FromWorker, type Operations, type ToWorker, toMessage } from "./messages.ts";

type Operation = (argument: unknown, signal: AbortSignal) => unknown;
type Call = Extract<ToWorker, { operation: string }>;

/**
 * The answering side of a worker: one operation at a time, in the order asked. A call that was aborted while it
 * waited is never started; a running one sees its signal when it lets messages in (`breathe`).
 *
 * @param toFault what an operation's error is told as
 */
export function hostWorker(operations: Operations, toFault: (error: unknown) => Fault): void {
  const port = parentPort;
  if (port === null) throw new Error("this module runs in a worker thread");
  const queue: Call[] = [];
  const live = new Map<number, AbortController>();
  let working = false;

  async function work(): Promise<void> {
    working = true;
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
      const controller = live.get(call.id)!;
      const answer = await run(operations, toFault, call, controller.signal);
      live.delete(call.id);
      reply(port!, answer);
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
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (signal.aborted) throw signal.reason;
}
