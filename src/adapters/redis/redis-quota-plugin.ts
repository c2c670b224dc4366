import { Fault, type QuotaLimits } from "../../domain/mod.ts";
import { QUOTA, type Quota, TELEMETRY, type Telemetry } from "../../ports/mod.ts";
import { redisQuota } from "./redis-quota.ts";

export interface RedisQuotaSection extends QuotaLimits {
  readonly redisUrl: string;
  /** Whether this process counts by itself while Redis is away. */
  readonly insurance: boolean;
}

type Needs = { readonly telemetry: Pick<Telemetry, "log" | "meter"> };

/**
 * The kernel's plug-in shape, spelled out: adapters don't import the kernel.
 * @param insure makes what counts in this process while Redis is away
 */
export function redisQuotaPlugin(insure: (limits: QuotaLimits) => Quota) {
  return {
    name: "quota",
    provides: QUOTA,
    needs: { telemetry: TELEMETRY },
    config(raw: unknown): RedisQuotaSection {
      const section = raw as RedisQuotaSection;
      if (typeof section.redisUrl !== "string") throw new Error("redisUrl: set a redis:// URL");
      return section;
    },
    async start({ telemetry }: Needs, section: RedisQuotaSection) {
      const open = (limits: QuotaLimits): Quota => {
        const shared = redisQuota({ url: section.redisUrl, limits, meter: telemetry.meter });
        return section.insurance ? insured(shared, insure(limits), telemetry) : shared;
      };
      let current = open(section);
      const value = {
        take: (...call: Parameters<Quota["take"]>) => current.take(...call),
        close: () => current.close(),
        async replace(limits: QuotaLimits) {
          const former = current;
          current = open(limits);
          await former.close();
        },
      };
      return { value, stop: () => value.close() };
    },
  };
}

/** Asks the shared limiter, and where it is away the one at hand. What that one gave is not made up for afterwards. */
export function insured(shared: Quota, insurance: Quota, { log, meter }: Needs["telemetry"]): Quota {
  let away = false;
  return {
    async take(...call) {
      try {
        const decision = await shared.take(...call);
        if (away) log.info({}, "the shared limiter answers again");
        away = false;
        return decision;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
        if (!away) log.warn({ error: error.cause }, "the shared limiter is away: this gateway counts quotas by itself");
        away = true;
        meter.add("km_quota_limiter_failures_total", {});
        return insurance.take(...call);
      }
    },
    async close() {
      await Promise.all([shared.close(), insurance.close()]);
    },
  };
}
