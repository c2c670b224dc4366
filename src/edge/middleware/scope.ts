import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import { covers, Fault } from "../../domain/mod.ts";
import type { Meter } from "../../ports/mod.ts";
import type { EdgeContext, Middleware } from "../edge-context.ts";
import { type RefusalRecord, refusalOf } from "../refusal-record.ts";

/** Refuses a valid token with too little scope. No generator of its own: what it does is done before the next begins. */
export function scopeMiddleware(meter: Meter, refusals: RefusalRecord | undefined): Middleware {
  return function scope<Request, Response>(
    call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
    context: CallContext & EdgeContext,
  ): AsyncGenerator<Response, Response, undefined> {
    const required = context.policy.scope;
    if (required !== undefined && !covers(context.principal.scope, required)) {
      meter.add("km_auth_refusals_total", { reason: "scope" });
      const refused = new Fault(
        "forbidden",
        `this method needs a ${required}'s token; yours is a ${context.principal.scope}'s`,
        {
          reason: "SCOPE_TOO_SMALL",
          metadata: { required_scope: required },
        },
      );
      refusals?.add(refusalOf(context.principal, refused, call.method.path, context.requestId));
      throw refused;
    }
    return call.next(call.request, context) as never;
  };
}
