import { createHash, randomBytes } from "node:crypto";
import process from "node:process";
import type { CallContext } from "nice-grpc";
import { knownTokens, memoryQuota } from "../../src/adapters/memory/mod.ts";
import { systemClock } from "../../src/adapters/system/mod.ts";
import { newTokenId, newTokenText, type Principal, type StoredToken } from "../../src/domain/mod.ts";
import { AuthFailures, authFailureTimes } from "../../src/edge/auth-failures.ts";
import type { EdgeContext, UnaryCall } from "../../src/edge/edge-context.ts";
import { identify } from "../../src/edge/identify.ts";
import { quotaMiddleware } from "../../src/edge/middleware/quota.ts";
import { scopeMiddleware } from "../../src/edge/middleware/scope.ts";
import { SpentQuotas } from "../../src/edge/spent-quotas.ts";
import { openTelemetry } from "../../src/telemetry/mod.ts";
import { median, round } from "./figures.ts";

/** Calls of a round, and rounds of which the median counts. */
const calls = 100_000;
const rounds = 9;
const tokenCount = 25;
const peer = "127.0.0.1";
const policy = { scope: "reader", cost: 1, audited: false, pool: "read" } as const;
const call = { method: { path: "/knowledge.v1.SearchService/Search" }, request: {} } as UnaryCall;

/**
 * What authentication and quota cost a call in process, microseconds of wall time and of processor: the bearer is
 * parsed, hashed and looked up among stored tokens, its peer's standing kept, its scope compared, its points taken
 * and announced. The parts are those of the gateway, in its order, with nothing between and nothing behind them.
 */
export async function benchGuards(): Promise<Record<string, number | string>[]> {
  const rows: Record<string, number | string>[] = [];
  const tokens = knownTokens({ readerToken: undefined, adminToken: undefined }, { clock: systemClock });
  const telemetry = openTelemetry({ logFormat: "json", logLevel: "silent", version: "", runtime: "", sources: [] });
  const failures = new AuthFailures({ most: 60, ...authFailureTimes }, systemClock);
  const parts = { tokens, authRequired: true, meter: telemetry.meter, failures };
  const scope = scopeMiddleware(telemetry.meter, undefined);
  const points = { points: 1_000_000_000, windowMs: 60_000, burst: 50 };
  const spent = new SpentQuotas(systemClock);
  const quota = quotaMiddleware(memoryQuota({ read: points, manage: points }), telemetry.meter, spent);
  const answered = Promise.resolve({});
  const answer = () => answered;

  const authenticated = (bearer: string) => identify(parts, false, [bearer], peer);
  const guarded = (bearer: string) => paid(authenticated(bearer));
  const paid = (principal: Principal) => {
    spent.recall(principal, policy.pool, policy.cost);
    // What a call has beside: header and signal are nice-grpc's.
    const context = { principal, policy, requestId: "", header: new Map(), signal } as unknown as CallContext &
      EdgeContext;
    return scope.unary(call, context, () => quota.unary(call, context, answer));
  };

  for (const quotaClass of ["default", "unlimited"]) {
    const bearers = issue(tokens.replace, quotaClass);
    const principals = bearers.map(authenticated);
    const of = (at: number) => at % tokenCount;
    rows.push(
      row(`authentication, class ${quotaClass}`, await measured(async (at) => authenticated(bearers[of(at)]!))),
      row(`scope and quota, class ${quotaClass}`, await measured((at) => paid(principals[of(at)]!))),
      row(`both, class ${quotaClass}`, await measured((at) => guarded(bearers[of(at)]!))),
    );
  }
  rows.push(row("an empty function awaited, in all of these", await measured(() => answered)));
  return rows;
}

const { signal } = new AbortController();

function issue(replace: (stored: readonly StoredToken[]) => void, quotaClass: string): string[] {
  const texts = Array.from({ length: tokenCount }, () => newTokenText(newTokenId(randomBytes(12)), randomBytes(32)));
  replace(
    texts.map((text) => ({
      id: text.split("_")[1]!,
      name: "bench",
      scope: "reader",
      sources: undefined,
      quotaClass,
      digest: createHash("sha256").update(text).digest("hex"),
      formerDigest: "",
      formerUntil: 0,
      createdAt: 1,
      expiresAt: 0,
      revokedAt: 0,
      lastUsedAt: 0,
    })),
  );
  return texts.map((text) => `Bearer ${text}`);
}

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Microseconds a call, the median of the rounds; the first round warms up. */
async function measured(work: (at: number) => Promise<unknown>): Promise<Cost> {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const cpu = process.cpuUsage();
    const began = performance.now();
    for (let at = 0; at < calls; at++) await work(at);
    const wall = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    if (round === 0) continue;
    walls.push((wall * 1_000) / calls);
    cpus.push((user + system) / calls);
  }
  return { wall: median(walls), cpu: median(cpus) };
}

function row(part: string, { wall, cpu }: Cost): Record<string, number | string> {
  return { part, µs: round(wall, 2), "µs of processor": round(cpu, 2), "must stay under": 10 };
}
