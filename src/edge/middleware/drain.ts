import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import type { DrainedCall, DrainState } from "../drain-state.ts";
import type { EdgeContext, Link } from "../edge-context.ts";
import { tails } from "../limits.ts";

/** Refuses calls that come when the server is going, and lets the drain know which are running. */
export function drainMiddleware(state: DrainState): Link {
  async function* drain<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ) {
    const tail = tails.has(call.method.path);
    if (!tail && probe(call.method.path)) return yield* call.next(call.request, context);
    const leave = state.enter(drained(call.method.path, tail, context));
    try {
      return yield* call.next(call.request, context);
    } finally {
      leave();
    }
  }
  return {
    middleware: drain,
    unary: async (call, context, next) => {
      const { path } = call.method;
      const tail = tails.has(path);
      if (!tail && probe(path)) return await next();
      const leave = state.enter(drained(path, tail, context));
      try {
        return await next();
      } finally {
        leave();
      }
    },
  };
}

function drained(path: string, tail: boolean, { principal, end }: EdgeContext): DrainedCall {
  return { tail, tokenId: probe(path) ? "" : principal.tokenId, end };
}

/** Probes are answered to the last, with NOT_SERVING. */
function probe(path: string): boolean {
  return path.startsWith("/grpc.health.");
}
