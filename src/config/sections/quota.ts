import { type Parser, parser } from "../parser.ts";
import { duration, integer, list, toggle } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import { Secret } from "../secret.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface QuotaPoolConfig {
  readonly points: number;
  readonly windowMs: number;
  /** Points on top of `points`, for the first seconds of an agent's session. */
  readonly burst: number;
}

export interface QuotaClassConfig {
  readonly name: string;
  readonly read: QuotaPoolConfig;
  readonly manage: QuotaPoolConfig;
}

export interface QuotaConfig {
  readonly read: QuotaPoolConfig;
  readonly manage: QuotaPoolConfig;
  /** Beside the class "default", which these two are, and "unlimited". */
  readonly classes: readonly QuotaClassConfig[];
  /** Where limits are counted for several gateways; undefined: in this process. */
  readonly redisUrl: Secret | undefined;
  /** Whether this process counts by itself while Redis is away. */
  readonly insurance: boolean;
}

interface NamedClass {
  readonly name: string;
  readonly points: number;
  readonly burst: number;
  readonly managePoints: number | undefined;
}

/** `name=points`, and after colons the burst and the points for Ingest and Audit. */
const quotaClass: Parser<NamedClass> = parser(
  "name=points[:burst[:points for Ingest and Audit]], such as batch=3000:500:100",
  (text) => {
    const [, name = "", points, burst = "0", manage] =
      /^([a-z][a-z0-9-]{0,31})=(\d{1,9})(?::(\d{1,9})(?::(\d{1,9}))?)?$/.exec(text) ?? [];
    if (points === undefined || name === "default" || name === "unlimited") return undefined;
    if (Number(points) === 0 || manage === "0") return undefined;
    const managePoints = manage === undefined ? undefined : Number(manage);
    return { name, points: Number(points), burst: Number(burst), managePoints };
  },
);

/** It may hold a password, so it is shown to nobody. */
const redisUrl: Parser<Secret> = {
  accepts: "redis://[user:password@]host[:port][/db], or rediss:// for TLS",
  secret: true,
  parse: (text) =>
    /^rediss?:\/\/[^\s/]+(\/\d{1,3})?$/.test(text)
      ? { value: new Secret(text) }
      : { problem: "[secret] is no redis:// or rediss:// URL" },
};

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
  classes: optional({
    name: "KM_QUOTA_CLASSES",
    summary: "More classes that `gateway token issue --class` may name; what is left out of one is as in `default`.",
    unset: "the classes `default` and `unlimited`",
    reason: "Most callers are alike; a nightly job or a careless team gets a class of its own.",
    parser: list(quotaClass),
  }),
  redisUrl: optional({
    name: "KM_REDIS_URL",
    summary: "A Redis in which several gateways count quotas together.",
    unset: "this process counts for itself",
    reason: "One gateway needs no Redis; several would each give the whole quota.",
    parser: redisUrl,
  }),
  insurance: variable({
    name: "KM_QUOTA_INSURANCE",
    summary:
      "While Redis is away, count in this process. Off: calls that only read are let through uncounted, those that change something are refused.",
    default: "on",
    reason: "Limits that are a little too wide for a while are better than none, and than a gateway that refuses.",
    parser: toggle,
  }),
};

export function quotaConfig(values: Values<typeof quotaVariables>, problems: Problems): QuotaConfig {
  const { window: windowMs, classes = [], insurance } = values;
  const names = classes.map(({ name }) => name);
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at))) {
    problems.add("KM_QUOTA_CLASSES", `names the class '${name}' twice; give each one name`);
  }
  const pool = (points: number, burst: number): QuotaPoolConfig => ({ points, windowMs, burst });
  return {
    read: pool(values.requests, values.burst),
    // No burst: what it would buy, an extra run, is what this quota is there to space out.
    manage: pool(values.manageRequests, 0),
    classes: classes.map(({ name, points, burst, managePoints = values.manageRequests }) => ({
      name,
      read: pool(points, burst),
      manage: pool(managePoints, 0),
    })),
    redisUrl: values.redisUrl,
    insurance,
  };
}
