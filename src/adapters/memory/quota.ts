import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import {
  burstWindows,
  type ClassLimits,
  classLimits,
  type PoolLimits,
  type QuotaLimits,
  quotaClass,
  quotaKey,
} from "../../domain/mod.ts";
import type { Quota, QuotaDecision, QuotaPool } from "../../ports/mod.ts";

const unlimited: QuotaDecision = Object.freeze({
  allowed: true,
  limit: Number.POSITIVE_INFINITY,
  remaining: Number.POSITIVE_INFINITY,
  resetMs: 0,
  retryAfterMs: 0,
});

/**
 * Quotas in this process's memory: a fixed window of points by token (by peer for anonymous callers), and a burst on
 * top. rate-limiter-flexible's own BurstyRateLimiter hides what is left of the burst, charges refused calls, and
 * can't pay one call from both; so two of its limiters are read, and charged only when together they suffice. Takes
 * are done one after another: what they answer is exact.
 */
export function memoryQuota(limits: QuotaLimits): Quota {
  const pools = new Map<string, Readonly<Record<QuotaPool, Pool>>>();
  for (const name of ["default", ...(limits.classes ?? []).map((one) => one.name)]) {
    pools.set(name, poolsOf(classLimits(limits, name)));
  }
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const leave = () => {
    waiting -= 1;
  };
  return {
    take(principal, pool, points) {
      if (principal.quotaClass === "unlimited") return Promise.resolve(unlimited);
      const chosen = pools.get(quotaClass(limits, principal))![pool];
      const take = () => chosen.take(quotaKey(principal), points);
      const turn = waiting === 0 ? take() : last.then(take);
      waiting += 1;
      last = turn.then(leave, leave);
      return turn;
    },
    async close() {
      await last;
    },
  };
}

function poolsOf({ read, manage }: ClassLimits): Readonly<Record<QuotaPool, Pool>> {
  return { read: new Pool(read), manage: new Pool(manage) };
}

class Pool {
  readonly #limits: PoolLimits;
  readonly #base: RateLimiterMemory;
  readonly #burst: RateLimiterMemory;

  constructor(limits: PoolLimits) {
    const { points, windowMs, burst } = limits;
    this.#limits = limits;
    this.#base = new RateLimiterMemory({ points, duration: windowMs / 1_000 });
    this.#burst = new RateLimiterMemory({ points: burst, duration: (windowMs * burstWindows) / 1_000 });
  }

  async take(key: string, cost: number): Promise<QuotaDecision> {
    const { points, windowMs, burst } = this.#limits;
    const limit = points + burst;
    const base = current(await this.#base.get(key), points, windowMs);
    const extra = current(burst === 0 ? null : await this.#burst.get(key), burst, windowMs * burstWindows);
    const left = base.left + extra.left;
    if (cost > left) {
      // The window gives its points back first; where they would not do, the burst's must come back too.
      const soon = cost <= points + extra.left;
      const retryAfterMs = soon ? base.ms : Math.max(base.ms, extra.ms);
      return { allowed: false, limit, remaining: left, resetMs: base.ms, retryAfterMs };
    }
    const fromBase = Math.min(cost, base.left);
    if (fromBase > 0) await this.#base.penalty(key, fromBase);
    if (cost > fromBase) await this.#burst.penalty(key, cost - fromBase);
    return { allowed: true, limit, remaining: left - cost, resetMs: base.ms, retryAfterMs: 0 };
  }
}

/** A window that has not begun, or is over, is a whole one. */
function current(state: RateLimiterRes | null, points: number, windowMs: number): { left: number; ms: number } {
  if (state === null || state.msBeforeNext <= 0) return { left: points, ms: windowMs };
  return { left: Math.max(0, points - state.consumedPoints), ms: state.msBeforeNext };
}
