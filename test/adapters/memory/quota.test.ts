import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryQuota, quotaPlugin } from "../../../src/adapters/memory/mod.ts";
import type { Principal } from "../../../src/domain/mod.ts";

const test = suite("memory quota");

const signal = new AbortController().signal;

function caller(tokenId: string, more: Partial<Principal> = {}): Principal {
  const base = { tokenId, name: tokenId, scope: "reader", sources: undefined, quotaClass: "default", peer: "1.2.3.4" };
  return { ...(base as Principal), ...more };
}

const small = {
  read: { points: 5, windowMs: 60_000, burst: 2 },
  manage: { points: 1, windowMs: 60_000, burst: 0 },
};

/** The limiter's clock is Date.now; here it stands still until moved. */
function withTime(run: (advance: (ms: number) => void) => Promise<void>): () => Promise<void> {
  return async () => {
    const real = Date.now;
    let now = 1_800_000_000_000;
    Date.now = () => now;
    try {
      await run((ms) => {
        now += ms;
      });
    } finally {
      Date.now = real;
    }
  };
}

test(
  "the window's points and then the burst's are given, then none until the window is over",
  withTime(async (advance) => {
    const quota = memoryQuota(small);
    const me = caller("a");
    for (let left = 6; left >= 0; left -= 1) {
      const decision = await quota.take(me, "read", 1, signal);
      assert.equal(decision, { allowed: true, limit: 7, remaining: left, resetMs: 60_000, retryAfterMs: 0 });
    }
    advance(20_000);
    const refused = { allowed: false, limit: 7, remaining: 0, resetMs: 40_000, retryAfterMs: 40_000 };
    assert.equal(await quota.take(me, "read", 1, signal), refused);
    assert.equal(await quota.take(me, "read", 1, signal), refused, "a refusal costs nothing");
    advance(40_000);
    const next = await quota.take(me, "read", 1, signal);
    assert.equal(
      next,
      { allowed: true, limit: 7, remaining: 4, resetMs: 60_000, retryAfterMs: 0 },
      "without the burst",
    );
    advance(240_000);
    assert.is((await quota.take(me, "read", 1, signal)).remaining, 6, "the burst is back after five windows");
    await quota.close();
  }),
);

test("one call may be paid from both, or is refused whole", async () => {
  const quota = memoryQuota(small);
  const me = caller("a");
  assert.is((await quota.take(me, "read", 8, signal)).allowed, false);
  assert.is((await quota.take(me, "read", 3, signal)).remaining, 4);
  assert.is((await quota.take(me, "read", 4, signal)).remaining, 0);
  await quota.close();
});

test("pools, tokens and anonymous peers are apart", async () => {
  const quota = memoryQuota(small);
  await quota.take(caller("a"), "read", 7, signal);
  assert.is((await quota.take(caller("a"), "manage", 1, signal)).allowed, true);
  assert.is((await quota.take(caller("b"), "read", 7, signal)).allowed, true);
  assert.is((await quota.take(caller("anonymous"), "read", 7, signal)).allowed, true);
  assert.is((await quota.take(caller("anonymous", { peer: "5.6.7.8" }), "read", 7, signal)).allowed, true);
  assert.is((await quota.take(caller("anonymous", { name: "x" }), "read", 1, signal)).allowed, false);
  assert.is((await quota.take(caller("a", { peer: "5.6.7.8" }), "read", 1, signal)).allowed, false);
  await quota.close();
});

test("the class unlimited passes and has no numbers", async () => {
  const quota = memoryQuota(small);
  const insider = caller("scheduler", { quotaClass: "unlimited" });
  for (let i = 0; i < 20; i += 1) {
    const { allowed, limit } = await quota.take(insider, "read", 10, signal);
    assert.is(allowed, true);
    assert.is(limit, Number.POSITIVE_INFINITY);
  }
  await quota.close();
});

test("takes at once are as exact as takes in turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 20 }),
      async (costs, points, burst) => {
        const quota = memoryQuota({ ...small, read: { points, windowMs: 60_000, burst } });
        const decisions = await Promise.all(costs.map((cost) => quota.take(caller("a"), "read", cost, signal)));
        let left = points + burst;
        for (const [i, { allowed, remaining }] of decisions.entries()) {
          const cost = costs[i]!;
          assert.is(allowed, cost <= left);
          if (allowed) left -= cost;
          assert.is(remaining, left);
        }
        await quota.close();
      },
    ),
    { numRuns: 60 },
  );
});

test("the plug-in refuses limits that are none", () => {
  assert.throws(() => quotaPlugin.config({}), /read\.points/);
  assert.throws(
    () => quotaPlugin.config({ ...small, manage: { points: 1, windowMs: 0, burst: 0 } }),
    /manage\.windowMs/,
  );
  assert.throws(() => quotaPlugin.config({ ...small, read: { points: 1.5, windowMs: 1, burst: 0 } }), /read\.points/);
  assert.equal(quotaPlugin.config(small), small);
});

test("a class has limits of its own, and a class that is configured no more is the default one", async () => {
  const batch = { name: "batch", read: { points: 9, windowMs: 60_000, burst: 0 }, manage: small.manage };
  const quota = memoryQuota({ ...small, classes: [batch] });
  assert.is((await quota.take(caller("a", { quotaClass: "batch" }), "read", 1, signal)).limit, 9);
  assert.is((await quota.take(caller("b", { quotaClass: "former" }), "read", 1, signal)).limit, 7);
  await quota.close();
});

test.run();
