import { Fault, type Principal, quotaKey } from "../domain/mod.ts";
import type { Clock, QuotaDecision, QuotaPool } from "../ports/mod.ts";
import { promptRefusals } from "./refusal-pace.ts";

/** How long the limiter's refusal stands, ms: a limit that was raised, or points that came back, are seen after it. */
const standsMs = 1_000;
/** Callers remembered at most; all are forgotten beyond, and the limiter is asked again. */
const mostCallers = 10_000;

interface Spent {
  readonly cost: number;
  readonly decision: QuotaDecision;
  /** Unix ms. */
  readonly at: number;
  readonly until: number;
  recalled: number;
}

export interface RecalledRefusal {
  /** With what is left of the wait. */
  readonly decision: QuotaDecision;
  /** How long the answer is kept back. */
  readonly holdMs: number;
}

/**
 * Refusals of the limiter, for as long as it would say the same and a second at most: the gate answers by them at
 * header time, so that who hammers at a limit costs neither the chain nor a limiter elsewhere a call. Who goes on
 * asking is answered when the refusal ends: a caller who waits for answers then asks a few times a second, not
 * thousands.
 */
export class SpentQuotas {
  readonly #clock: Pick<Clock, "now">;
  readonly #spent = new Map<string, Spent>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  note(principal: Principal, pool: QuotaPool, cost: number, decision: QuotaDecision): void {
    if (decision.allowed) return;
    if (this.#spent.size >= mostCallers) this.#spent.clear();
    const at = this.#clock.now();
    const until = at + Math.min(standsMs, decision.resetMs, decision.retryAfterMs);
    this.#spent.set(keyOf(principal, pool), { cost, decision, at, until, recalled: 0 });
  }

  /** The refusal of a call that costs as much as the one that was refused, or more. */
  recall(principal: Principal, pool: QuotaPool, cost: number): RecalledRefusal | undefined {
    if (this.#spent.size === 0) return undefined;
    const key = keyOf(principal, pool);
    const spent = this.#spent.get(key);
    if (spent === undefined) return undefined;
    const now = this.#clock.now();
    if (now >= spent.until || now < spent.at) {
      this.#spent.delete(key);
      return undefined;
    }
    if (cost < spent.cost) return undefined;
    const { resetMs, retryAfterMs, ...same } = spent.decision;
    const passed = now - spent.at;
    spent.recalled += 1;
    return {
      decision: { ...same, resetMs: resetMs - passed, retryAfterMs: retryAfterMs - passed },
      holdMs: spent.recalled > promptRefusals ? spent.until - now : 0,
    };
  }
}

function keyOf(principal: Principal, pool: QuotaPool): string {
  return `${pool} ${quotaKey(principal)}`;
}

/** Seconds, as the `RateLimit` header drafts count. An unlimited caller has no numbers. */
export function announceQuota(
  header: { set(key: string, value: string): unknown },
  { limit, remaining, resetMs }: QuotaDecision,
): void {
  if (!Number.isFinite(limit)) return;
  header.set("x-ratelimit-limit", String(limit));
  header.set("x-ratelimit-remaining", String(remaining));
  header.set("x-ratelimit-reset", String(Math.ceil(resetMs / 1_000)));
}

export function quotaExceeded(tokenId: string, pool: QuotaPool, cost: number, decision: QuotaDecision): Fault {
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
