import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import type { EdgeContext, Link } from "../edge-context.ts";
import { type RefusalRecord, refusalOf, refusesCaller } from "../refusal-record.ts";

/** Records handlers' own refusals of a caller. What a handler does, it records itself, before it does it. */
export function auditMiddleware(refusals: RefusalRecord): Link {
  function audit<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ): AsyncGenerator<Response, Response, undefined> {
    const inner = call.next(call.request, context) as never;
    // Handlers open to readers hide what may not be seen, and refuse nobody: they cost no generator more.
    return context.policy.scope === "maintainer" ? watched(inner, call.method.path, context, refusals) : inner;
  }
  return {
    middleware: audit,
    unary: (call, context, next) =>
      context.policy.scope === "maintainer" ? noted(next, call.method.path, context, refusals) : next(),
  };
}

async function noted(
  next: () => Promise<unknown>,
  path: string,
  { principal, requestId }: EdgeContext,
  refusals: RefusalRecord,
): Promise<unknown> {
  try {
    return await next();
  } catch (error) {
    if (refusesCaller(error)) refusals.add(refusalOf(principal, error, path, requestId));
    throw error;
  }
}

async function* watched<Y, R>(
  inner: AsyncGenerator<Y, R, undefined>,
  path: string,
  { principal, requestId }: EdgeContext,
  refusals: RefusalRecord,
): AsyncGenerator<Y, R, undefined> {
  try {
    return yield* inner;
  } catch (error) {
    if (refusesCaller(error)) refusals.add(refusalOf(principal, error, path, requestId));
    throw error;
  }
}
