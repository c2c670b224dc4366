import type { CallContext, ServerMiddlewareCall } from "nice-grpc";
import { Fault } from "../../domain/mod.ts";
import type { Meter, Quota, QuotaPool } from "../../ports/mod.ts";
import type { EdgeContext, Link } from "../edge-context.ts";
import { announceQuota, quotaExceeded, type SpentQuotas } from "../spent-quotas.ts";

/**
 * Takes the method's points from the caller's quota, and says on every reply what is left.
 * @param spent where the gate looks who has none left
 */
export function quotaMiddleware(quota: Quota, meter: Meter, spent: SpentQuotas): Link {
  async function pay(path: string, context: CallContext & EdgeContext): Promise<void> {
    const { cost, pool } = context.policy;
    const decision = await take(context, pool, cost);
    if (decision === undefined) return;
    announceQuota(context.header, decision);
    if (decision.allowed) return;
    spent.note(context.principal, pool, cost, decision);
    meter.add("km_quota_refusals_total", { method: path.slice(1) });
    throw quotaExceeded(context.principal.tokenId, pool, cost, decision);
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
