import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import type { DrainState } from "../drain-state.ts";
import type { EdgeContext, Middleware } from "../edge-context.ts";
import { tails } from "../limits.ts";

/** Refuses calls that come when the server is going, and lets the drain know which are running. */
export function drainMiddleware(state: DrainState): Middleware {
  return async function* drain<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ) {
    const tail = tails.has(call.method.path);
    // Probes are answered to the last, with NOT_SERVING.
    if (!tail && call.method.path.startsWith("/grpc.health.")) return yield* call.next(call.request, context);
    const leave = state.enter({ tail, end: context.end });
    try {
      return yield* call.next(call.request, context);
    } finally {
      leave();
    }
  };
}
