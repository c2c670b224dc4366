import type { PoolLimits, QuotaLimits } from "../../domain/mod.ts";
import { QUOTA, type Quota } from "../../ports/mod.ts";
import { memoryQuota } from "./quota.ts";

/** A quota whose limits a reread configuration may replace; counting then starts anew. */
export interface ReplaceableQuota extends Quota {
  replace(config: QuotaLimits): Promise<void>;
}

/** The kernel's plug-in shape, spelled out: adapters don't import the kernel. */
export const quotaPlugin = {
  name: "quota",
  provides: QUOTA,
  needs: {},
  config(raw: unknown): QuotaLimits {
    const { read, manage, classes } = (raw ?? {}) as Record<string, unknown>;
    return {
      read: parsePool("read", read),
      manage: parsePool("manage", manage),
      ...(classes === undefined ? {} : { classes: classes as NonNullable<QuotaLimits["classes"]> }),
    };
  },
  async start(
    _needs: object,
    config: QuotaLimits,
  ): Promise<{ readonly value: ReplaceableQuota; stop(): Promise<void> }> {
    let current = memoryQuota(config);
    const value: ReplaceableQuota = {
      take: (...call) => current.take(...call),
      close: () => current.close(),
      async replace(next) {
        const former = current;
        current = memoryQuota(next);
        await former.close();
      },
    };
    return { value, stop: () => value.close() };
  },
};

function parsePool(name: string, raw: unknown): PoolLimits {
  const { points, windowMs, burst } = (raw ?? {}) as Record<string, unknown>;
  const whole = (value: unknown, least: number): value is number =>
    Number.isSafeInteger(value) && Number(value) >= least;
  if (!whole(points, 1)) throw new Error(`${name}.points: set a whole number from 1`);
  if (!whole(windowMs, 1)) throw new Error(`${name}.windowMs: set milliseconds, from 1`);
  if (!whole(burst, 0)) throw new Error(`${name}.burst: set a whole number from 0`);
  return { points, windowMs, burst };
}
