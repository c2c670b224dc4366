import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import { Fault } from "../../domain/mod.ts";
import type { Clock } from "../../ports/mod.ts";
import type { EdgeContext, Middleware } from "../edge-context.ts";
import { interruptible, reply } from "../interruptible.ts";
import { type Limits, tails } from "../limits.ts";
import type { Timers } from "../timers.ts";

/** Gives every call an end: its caller's deadline or the default one. Tails have none but the caller's. */
export function deadlineMiddleware(limits: Limits, timers: Timers, clock: Clock): Middleware {
  return async function* deadline<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ) {
    const streams = call.requestStream || call.responseStream;
    const left =
      context.deadlineAt !== undefined
        ? Math.max(0, context.deadlineAt - clock.now())
        : tails.has(call.method.path)
          ? undefined
          : streams
            ? limits.streamDeadlineMs
            : limits.unaryDeadlineMs;
    const disarm =
      left === undefined
        ? () => {}
        : timers.after(left, () =>
            context.end(new Fault("deadline", "the deadline passed before the work was done; set a later one")),
          );
    try {
      if (!call.responseStream) return await reply(call.next(call.request, context), context.signal);
      yield* interruptible(call.next(call.request, context), context.signal);
    } finally {
      disarm();
    }
  };
}
