import { duration, integer } from "../parsers.ts";
import { type Values, variable } from "../variable.ts";

export interface QuotaPoolConfig {
  readonly points: number;
  readonly windowMs: number;
  /** Points on top of `points`, for the first seconds of an agent's session. */
  readonly burst: number;
}

export interface QuotaConfig {
  readonly read: QuotaPoolConfig;
  readonly manage: QuotaPoolConfig;
}

export const quotaVariables = {
  requests: variable({
    name: "KM_RATE_LIMIT_REQUESTS",
    summary: "Points a caller may spend on Search and Graph per window; a call costs 1 to 10.",
    default: "300",
    reason: "Five questions a second for a minute: more than an agent reads, less than a loop gone wrong.",
    parser: integer(1, 1_000_000),
  }),
  window: variable({
    name: "KM_RATE_LIMIT_WINDOW",
    summary: "The window of every quota.",
    default: "60s",
    reason: "Short enough to wait for, long enough to even out an agent's bursts.",
    parser: duration("1s", "1d"),
  }),
  burst: variable({
    name: "KM_RATE_LIMIT_BURST",
    summary: "Points for Search and Graph on top of KM_RATE_LIMIT_REQUESTS in one window.",
    default: "50",
    reason: "An agent's session opens with a volley of questions.",
    parser: integer(0, 1_000_000),
  }),
  manageRequests: variable({
    name: "KM_RATE_LIMIT_MANAGE_REQUESTS",
    summary: "Points a caller may spend on Ingest and Audit per window; starting an ingest costs 10.",
    default: "30",
    reason: "Three runs started a minute, or one started and watched.",
    parser: integer(1, 1_000_000),
  }),
};

export function quotaConfig(values: Values<typeof quotaVariables>): QuotaConfig {
  return {
    read: { points: values.requests, windowMs: values.window, burst: values.burst },
    // No burst: what it would buy, an extra run, is what this quota is there to space out.
    manage: { points: values.manageRequests, windowMs: values.window, burst: 0 },
  };
}
