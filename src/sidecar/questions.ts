import type { MessagePort } from "node:worker_threads";
import { type Answer, type Path, text } from "./answers.ts";
import type { Question, ToThread } from "./messages.ts";
import { ReceivedPage } from "./page-changes.ts";

/** Milliseconds after which the thread that serves calls is said to hang: longer than any probe waits. */
const hangsMs = 10_000;

/** Answers a path with what the thread that serves calls says to it. */
export type Ask = (path: Path, admitted: boolean) => Promise<WholeAnswer>;

export type WholeAnswer = Answer & { readonly body: string };

/**
 * Asks the other end of the port. One message there and one back: that it comes back at all is what liveness means, so
 * nothing is answered from memory, and a thread that hangs is told as that.
 */
export function askedOf(port: MessagePort, limitMs = hangsMs): Ask {
  const waiting = new Map<number, (answer: WholeAnswer) => void>();
  let last = 0;
  const page = new ReceivedPage();
  port.on("message", (message: ToThread) => {
    if ("stop" in message) return;
    const { body, ...rest } = message.answer;
    const whole = typeof body === "string" ? body : page.after(body);
    waiting.get(message.id)?.({ ...rest, body: whole });
  });
  return async (path, admitted) => {
    last += 1;
    const id = last;
    port.postMessage({ id, path, admitted } satisfies Question);
    let limit: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise((resolve) => {
        waiting.set(id, resolve);
        limit = setTimeout(
          () => resolve(text(503, `the gateway's event loop has not answered for ${limitMs / 1_000} s`)),
          limitMs,
        );
      });
    } finally {
      clearTimeout(limit);
      waiting.delete(id);
    }
  };
}
