import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import type { Tracer } from "../../ports/mod.ts";
import type { EdgeContext, Link } from "../edge-context.ts";
import { unaryReply } from "../unary-reply.ts";

/**
 * One span a call, to its last message, in the trace that the caller's `traceparent` names. Loaded only when tracing
 * is on; without it a call passes by as if this were not there.
 */
export async function traceMiddleware(tracer: Tracer): Promise<Link> {
  const { current } = tracer;
  if (current === undefined) {
    return {
      middleware: (call, context) => call.next(call.request, context) as never,
      unary: (_call, _context, next) => next(),
    };
  }
  const { openTelemetryServerMiddleware } = await import("nice-grpc-opentelemetry");
  const spans = openTelemetryServerMiddleware();
  const opened = (context: EdgeContext) => {
    context.trace.id = current()?.traceId ?? "";
  };
  return {
    middleware: function trace<Request, Response>(
      call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
      context: CallContext & EdgeContext,
    ): AsyncGenerator<Response, Response, undefined> {
      const next = (request: never, inner: never) => {
        opened(context);
        return call.next(request, inner);
      };
      return spans({ ...call, next } as never, context) as never;
    },
    unary: async ({ method, request }, context, next) => {
      const inner = () => {
        opened(context);
        return unaryReply(next);
      };
      const call = { method, request, requestStream: false, responseStream: false, next: inner };
      return (await spans(call as never, context).next()).value;
    },
  };
}
