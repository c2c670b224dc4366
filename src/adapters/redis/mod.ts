/** Quotas that several gateways share, counted in Redis. */
export { type RedisQuotaConfig, redisQuota } from "./redis-quota.ts";
export { redisQuotaPlugin } from "./redis-quota-plugin.ts";
