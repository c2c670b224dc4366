import { Redis } from "ioredis";
import {
  burstWindows,
  classLimits,
  Fault,
  type QuotaLimits,
  quotaClass,
  quotaKey,
  throwIfAborted,
} from "../../domain/mod.ts";
import type { Meter, Quota, QuotaDecision } from "../../ports/mod.ts";
import { takeScript } from "./take-script.ts";

export interface RedisQuotaConfig {
  /** `redis://` or `rediss://`, with user and password where it wants them. */
  readonly url: string;
  readonly limits: QuotaLimits;
  /** Counts the calls; undefined: nothing does. */
  readonly meter?: Meter | undefined;
}

/** Longest wait for an answer, ms: a thousand times what it takes, and less than a caller notices. */
const answerMs = 250;
/** How long Redis is left alone after it did not answer, ms: else every call would wait for it. */
const pauseMs = 1_000;
/** Longest pause between attempts to connect, ms. */
const reconnectMs = 1_000;

const labels = { backend: "redis", operation: "take" };

const unlimited: QuotaDecision = Object.freeze({
  allowed: true,
  limit: Number.POSITIVE_INFINITY,
  remaining: Number.POSITIVE_INFINITY,
  resetMs: 0,
  retryAfterMs: 0,
});

interface Scripted {
  kmTake(...keysAndArguments: (string | number)[]): Promise<[number, number, number, number, number]>;
}

/**
 * Quotas in Redis: as those in memory, for all gateways on it together. Connects in the background, and again
 * whenever the connection is lost.
 * @param now a clock that never goes back, ms
 */
export function redisQuota(
  { url, limits, meter }: RedisQuotaConfig,
  now: () => number = () => performance.now(),
): Quota {
  const client = new Redis(url, {
    // Nothing waits in a queue for a Redis that is away: the insurance answers.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: answerMs,
    retryStrategy: (attempt) => Math.min(100 * attempt, reconnectMs),
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  client.on("error", () => {}); // each call says so itself
  client.defineCommand("kmTake", { numberOfKeys: 2, lua: takeScript });
  const scripted = client as unknown as Scripted;
  let awayUntil = 0;
  meter?.add("km_backend_errors_total", { ...labels, code: "unavailable" }, 0);

  async function ask(...given: (string | number)[]): Promise<[number, number, number, number, number]> {
    if (now() < awayUntil) throw away(undefined);
    const began = performance.now();
    try {
      return await scripted.kmTake(...given);
    } catch (error) {
      // A connection that is down fails at once by itself; one that hangs must be left alone.
      if (client.status === "ready") awayUntil = now() + pauseMs;
      const fault = away(error);
      meter?.add("km_backend_errors_total", { ...labels, code: fault.code });
      throw fault;
    } finally {
      meter?.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
    }
  }

  return {
    async take(principal, pool, cost, signal) {
      if (principal.quotaClass === "unlimited") return unlimited;
      throwIfAborted(signal);
      const name = quotaClass(limits, principal);
      const { points, windowMs, burst } = classLimits(limits, name)[pool];
      // Braces keep a caller's keys on one shard of a cluster.
      const key = `km:quota:{${quotaKey(principal)}}:${name}:${pool}`;
      const [taken, baseLeft, baseMs, burstLeft, burstMs] = await ask(
        key,
        `${key}:burst`,
        cost,
        points,
        windowMs,
        burst,
        windowMs * burstWindows,
      );
      const state = { limit: points + burst, remaining: baseLeft + burstLeft, resetMs: baseMs };
      if (taken === 1) return { ...state, allowed: true, retryAfterMs: 0 };
      const soon = cost <= points + burstLeft;
      return { ...state, allowed: false, retryAfterMs: soon ? baseMs : Math.max(baseMs, burstMs) };
    },
    async close() {
      client.disconnect();
    },
  };
}

function away(cause: unknown): Fault {
  return new Fault("unavailable", "quotas can't be counted now: the shared limiter does not answer; try again", {
    cause,
    reason: "LIMITER_UNAVAILABLE",
    retryAfterMs: pauseMs,
  });
}
