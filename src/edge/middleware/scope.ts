import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import { covers, Fault, type Principal, type Scope } from "../../domain/mod.ts";
import type { Meter } from "../../ports/mod.ts";
import type { EdgeContext, Link } from "../edge-context.ts";
import { type RefusalRecord, refusalOf } from "../refusal-record.ts";

/** Refuses a valid token with too little scope. No generator of its own: it is done before the next begins. */
export function scopeMiddleware(meter: Meter, refusals: RefusalRecord | undefined): Link {
  function refused(path: string, { policy, principal, requestId }: EdgeContext): Fault | undefined {
    const required = policy.scope;
    if (required === undefined || covers(principal.scope, required)) return undefined;
    meter.add("km_auth_refusals_total", { reason: "scope" });
    const fault = scopeTooSmall(required, principal);
    refusals?.add(refusalOf(principal, fault, path, requestId));
    return fault;
  }

  return {
    middleware: function scope<Request, Response>(
      call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
      context: CallContext & EdgeContext,
    ): AsyncGenerator<Response, Response, undefined> {
      const fault = refused(call.method.path, context);
      if (fault !== undefined) throw fault;
      return call.next(call.request, context) as never;
    },
    unary: (call, context, next) => {
      const fault = refused(call.method.path, context);
      return fault === undefined ? next() : Promise.reject(fault);
    },
  };
}

export function scopeTooSmall(required: Scope, { scope }: Pick<Principal, "scope">): Fault {
  return new Fault("forbidden", `this method needs a ${required}'s token; yours is a ${scope}'s`, {
    reason: "SCOPE_TOO_SMALL",
    metadata: { required_scope: required },
  });
}
