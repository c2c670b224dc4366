import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import { Fault, throwIfAborted } from "../../domain/mod.ts";
import type { Clock } from "../../ports/mod.ts";
import type { EdgeContext, Link } from "../edge-context.ts";
import { interruptible, reply } from "../interruptible.ts";
import { type Limits, tails } from "../limits.ts";
import type { Timers } from "../timers.ts";

/** Gives every call an end: its caller's deadline or the default one. Tails have none but the caller's. */
export function deadlineMiddleware(limits: Limits, timers: Timers, clock: Clock): Link {
  /** The returned function disarms it. */
  function arm(path: string, context: EdgeContext, defaultMs: number): () => void {
    const left =
      context.deadlineAt !== undefined
        ? Math.max(0, context.deadlineAt - clock.now())
        : tails.has(path)
          ? undefined
          : defaultMs;
    if (left === undefined) return () => {};
    return timers.after(left, () =>
      context.end(new Fault("deadline", "the deadline passed before the work was done; set a later one")),
    );
  }

  async function* deadline<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ) {
    const streams = call.requestStream || call.responseStream;
    const disarm = arm(call.method.path, context, streams ? limits.streamDeadlineMs : limits.unaryDeadlineMs);
    try {
      if (!call.responseStream) return await reply(call.next(call.request, context), context.signal);
      yield* interruptible(call.next(call.request, context), context.signal);
    } finally {
      disarm();
    }
  }

  return {
    middleware: deadline,
    // The reply, or at the end of the call its reason, even when the handler doesn't listen.
    unary: (call, context, next) =>
      new Promise((resolve, reject) => {
        throwIfAborted(context.signal);
        const disarm = arm(call.method.path, context, limits.unaryDeadlineMs);
        const fail = (reason: unknown) => {
          disarm();
          reject(reason);
        };
        context.ended.tell = fail;
        next().then((value) => {
          disarm();
          resolve(value);
        }, fail);
      }),
  };
}
