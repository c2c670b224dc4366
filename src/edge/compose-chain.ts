import type { CallContext, ServerMiddleware, ServerMiddlewareCall } from "nice-grpc";
import type { Place } from "./chain.ts";
import type { EdgeContext, FirstLink, UnaryMiddleware } from "./edge-context.ts";
import { unaryReply } from "./unary-reply.ts";

type Call = ServerMiddlewareCall<unknown, unknown, EdgeContext>;
type Generic = (call: Call, context: CallContext) => AsyncGenerator<unknown, unknown, undefined>;

/**
 * The assembled chain as the one middleware that nice-grpc is given. Its own composition copies the call several
 * times for each middleware and runs unary calls through a generator each: here unary calls pass plain functions,
 * and only streams pass generators.
 */
export function composeChain(places: readonly Place[]): ServerMiddleware {
  const first = places[0] as unknown as FirstLink; // assembleChain has seen to the order
  const unary = first.unary;
  const steps = places.slice(1).map((place) => place.unary as UnaryMiddleware);
  const streaming = places.map((place) => place.middleware as unknown as Generic).reduce(inside);
  const chain: Generic = (call, context) => {
    if (call.requestStream || call.responseStream) return streaming(call, context);
    return unaryReply(() => unary(call, context, (opened) => pass(steps, 0, call, opened)));
  };
  return chain as unknown as ServerMiddleware;
}

function pass(
  steps: readonly UnaryMiddleware[],
  at: number,
  call: Call,
  context: CallContext & EdgeContext,
): Promise<unknown> {
  const step = steps[at];
  return step === undefined ? handled(call, context) : step(call, context, () => pass(steps, at + 1, call, context));
}

async function handled(call: Call, context: CallContext & EdgeContext): Promise<unknown> {
  return (await call.next(call.request as never, context).next()).value;
}

function inside(outer: Generic, inner: Generic): Generic {
  return (call, context) => {
    const next = (request: unknown, opened: CallContext) => inner({ ...call, request } as Call, opened);
    return outer({ ...call, next } as Call, context);
  };
}
