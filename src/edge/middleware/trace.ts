import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import type { Tracer } from "../../ports/mod.ts";
import type { EdgeContext, Middleware } from "../edge-context.ts";

/** One span a call, to its last message. */
export function traceMiddleware(tracer: Tracer): Middleware {
  return async function* trace<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ) {
    const name = call.method.path.slice(1);
    const fields = { "rpc.system": "grpc", request_id: context.requestId };
    if (!call.responseStream) {
      // Run inside, so that spans the handler opens are its children.
      return await tracer.span(name, fields, async () => (await call.next(call.request, context).next()).value);
    }
    let finish = () => {};
    let fail = (_error: unknown) => {};
    const over = new Promise<void>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
    void tracer.span(name, fields, () => over).catch(() => {});
    try {
      yield* call.next(call.request, context);
    } catch (error) {
      fail(error);
      throw error;
    } finally {
      finish();
    }
  };
}
