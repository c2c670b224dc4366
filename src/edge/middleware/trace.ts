import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import type { Tracer } from "../../ports/mod.ts";
import type { EdgeContext, Middleware } from "../edge-context.ts";

/**
 * One span a call, to its last message, in the trace that the caller's `traceparent` names. Loaded only when tracing
 * is on; without it a call passes by as if this were not there.
 */
export async function traceMiddleware(tracer: Tracer): Promise<Middleware> {
  const { current } = tracer;
  if (current === undefined) return (call, context) => call.next(call.request, context) as never;
  const { openTelemetryServerMiddleware } = await import("nice-grpc-opentelemetry");
  const spans = openTelemetryServerMiddleware();
  return function trace<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ): AsyncGenerator<Response, Response, undefined> {
    const next = (request: never, inner: never) => {
      context.trace.id = current()?.traceId ?? "";
      return call.next(request, inner);
    };
    return spans({ ...call, next } as never, context) as never;
  };
}
