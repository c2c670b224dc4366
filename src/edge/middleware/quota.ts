import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import { Fault } from "../../domain/mod.ts";
import type { Meter, Quota, QuotaDecision, QuotaPool } from "../../ports/mod.ts";
import type { EdgeContext, Link } from "../edge-context.ts";

/** Takes the method's points from the caller's quota, and says on every reply what is left. */
export function quotaMiddleware(quota: Quota, meter: Meter): Link {
  async function pay(path: string, context: CallContext & EdgeContext): Promise<void> {
    const { cost, pool } = context.policy;
    const decision = await take(context, pool, cost);
    if (decision === undefined) return;
    announce(context, decision);
    if (decision.allowed) return;
    meter.add("km_quota_refusals_total", { method: path.slice(1) });
    throw exceeded(context.principal.tokenId, pool, cost, decision);
  }

  /** undefined when the limiter is away and nothing stands in for it: who only reads is let through. */
  async function take(context: CallContext & EdgeContext, pool: QuotaPool, cost: number) {
    try {
      return await quota.take(context.principal, pool, cost, context.signal);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
      meter.add("km_quota_limiter_failures_total", {});
      if (context.policy.audited) throw error;
      return undefined;
    }
  }

  return {
    middleware: async function* takeQuota<Request, Response>(
      call: ServerMiddlewareCall<Request, Response, object & EdgeContext>,
      context: CallContext & EdgeContext,
    ) {
      if (context.policy.cost > 0) await pay(call.method.path, context);
      return yield* call.next(call.request, context);
    },
    unary: (call, context, next) => (context.policy.cost > 0 ? pay(call.method.path, context).then(next) : next()),
  };
}

/** Seconds, as the `RateLimit` header drafts count. An unlimited caller has no numbers. */
function announce(context: CallContext, { limit, remaining, resetMs }: QuotaDecision): void {
  if (!Number.isFinite(limit)) return;
  context.header.set("x-ratelimit-limit", String(limit));
  context.header.set("x-ratelimit-remaining", String(remaining));
  context.header.set("x-ratelimit-reset", String(Math.ceil(resetMs / 1_000)));
}

function exceeded(tokenId: string, pool: string, cost: number, decision: QuotaDecision): Fault {
  return new Fault(
    "exhausted",
    `this call costs ${cost} of your quota's ${decision.limit} points a window and ${decision.remaining} are left; ` +
      `retry in ${Math.ceil(decision.retryAfterMs / 1_000)} s`,
    {
      reason: "QUOTA_EXCEEDED",
      retryAfterMs: decision.retryAfterMs,
      metadata: { subject: tokenId, pool, limit: String(decision.limit), remaining: String(decision.remaining) },
    },
  );
}
