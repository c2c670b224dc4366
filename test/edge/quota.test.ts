import { setImmediate } from "node:timers/promises";
import { type ClientError, createClientFactory, type Metadata, Status } from "nice-grpc";
import { errorDetailsClientMiddleware, RichClientError } from "nice-grpc-error-details";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { Fault, type Principal } from "../../src/domain/mod.ts";
import { quotaMiddleware } from "../../src/edge/middleware/quota.ts";
import { SpentQuotas } from "../../src/edge/spent-quotas.ts";
import type { Quota } from "../../src/ports/mod.ts";
import {
  adminToken,
  HandTimers,
  metadata,
  Recorder,
  readerToken,
  startEdge,
  systemClock,
} from "../support/edge-harness.ts";
import { rawCall, rawSession, searchPath } from "../support/edge-raw-call.ts";

// Of the twenty checks: 13.

const test = suite("edge: quotas");

const quota = {
  read: { points: 2, windowMs: 60_000, burst: 1 },
  manage: { points: 10, windowMs: 60_000, burst: 0 },
};

test("what is left is on every reply, and a refusal says when to come again", async () => {
  const edge = await startEdge({ quota, search: { search: async () => ({}) } });
  try {
    const client = createClientFactory()
      .use(errorDetailsClientMiddleware)
      .create(SearchServiceDefinition, edge.channel());
    const headers: Metadata[] = [];
    const options = { metadata: metadata(readerToken), onHeader: (header: Metadata) => void headers.push(header) };
    for (let i = 0; i < 3; i += 1) await client.search({}, options);
    let refusal: unknown;
    await client.search({}, options).catch((error: unknown) => {
      refusal = error;
    });
    assert.equal(
      headers.map((header) => [header.get("x-ratelimit-limit"), header.get("x-ratelimit-remaining")]),
      [
        ["3", "2"],
        ["3", "1"],
        ["3", "0"],
        ["3", "0"],
      ],
    );
    for (const header of headers) {
      const reset = Number(header.get("x-ratelimit-reset"));
      assert.ok(reset > 50 && reset <= 60, String(reset));
    }
    assert.instance(refusal, RichClientError);
    const { code, extra } = refusal as RichClientError;
    assert.is(code, Status.RESOURCE_EXHAUSTED);
    const byType = new Map(extra.map((detail) => [detail.$type, detail as unknown as Record<string, unknown>]));
    assert.equal([...byType.keys()].sort(), [
      "google.rpc.ErrorInfo",
      "google.rpc.QuotaFailure",
      "google.rpc.RetryInfo",
    ]);
    assert.is(byType.get("google.rpc.ErrorInfo")?.["reason"], "QUOTA_EXCEEDED");
    const { retryDelay } = byType.get("google.rpc.RetryInfo") as { retryDelay: { seconds: unknown } };
    const delay = Number(retryDelay.seconds);
    assert.ok(delay >= 50 && delay <= 60, String(delay));
    const counted = edge.telemetry.counts.get('km_quota_refusals_total{"method":"knowledge.v1.SearchService/Search"}');
    assert.is(counted, 1);
  } finally {
    await edge.close();
  }
});

test("a call costs what the contract says, from its own pool; a forbidden one costs nothing", async () => {
  const edge = await startEdge({ quota, ingest: { startIngest: async () => ({}), listSources: async () => ({}) } });
  try {
    const client = createClientFactory().create(IngestServiceDefinition, edge.channel());
    let left: string | undefined;
    const as = (token: string) => ({
      metadata: metadata(token),
      onHeader: (header: Metadata) => {
        left = header.get("x-ratelimit-remaining");
      },
    });
    await client.startIngest({}, as(adminToken));
    assert.is(left, "0", "starting an ingest costs ten");
    for (let i = 0; i < 5; i += 1) {
      const code = await client.startIngest({}, as(readerToken)).catch((error: ClientError) => error.code);
      assert.is(code, Status.PERMISSION_DENIED);
      assert.is(left, undefined);
    }
    await client.listSources({}, as(readerToken));
    assert.is(left, "9", "the reader's pool is whole but for this call");
  } finally {
    await edge.close();
  }
});

test("the gate repeats the limiter's refusal before the body, word for word, and spends nothing on it", async () => {
  // No time passes: however slow the machine, all calls come within the second for which a refusal stands.
  const clock = { ...systemClock, now: () => 1_700_000_000_000 };
  const edge = await startEdge({ quota, clock, search: { search: async () => ({}) } });
  try {
    const client = createClientFactory()
      .use(errorDetailsClientMiddleware)
      .create(SearchServiceDefinition, edge.channel());
    const seen: { headers: unknown; code: Status; message: string; details: unknown }[] = [];
    for (let i = 0; i < 6; i += 1) {
      let headers: unknown;
      const onHeader = (header: Metadata) => {
        headers = ["x-ratelimit-limit", "x-ratelimit-remaining"].map((key) => header.get(key));
        assert.ok(Number(header.get("x-ratelimit-reset")) > 0);
        assert.ok(header.get("x-request-id"));
      };
      await client.search({}, { metadata: metadata(readerToken), onHeader }).catch((error: RichClientError) => {
        const details = error.extra.map(({ $type }) => $type);
        seen.push({ headers, code: error.code, message: error.details, details });
      });
    }
    const [first, ...others] = seen;
    assert.is(others.length, 2);
    assert.is(first?.code, Status.RESOURCE_EXHAUSTED);
    for (const other of others) assert.equal(other, first);
    const gate = edge.telemetry.lines.filter(({ message }) => message === "refused at the gate");
    assert.is(gate.length, 2, "the first refusal is the limiter's, what follows the gate's");
    assert.equal([gate[0]?.fields["reason"], gate[0]?.fields["token_id"]], ["QUOTA_EXCEEDED", "env-reader"]);
    const counted = (method: string) => edge.telemetry.counts.get(`km_quota_refusals_total{"method":"${method}"}`);
    assert.is(counted("knowledge.v1.SearchService/Search"), 3);
    // Who is over a limit is still told first that a method is not for them.
    const ingest = edge.ingest(readerToken);
    const code = await ingest.startIngest({}).catch((error: ClientError) => error.code);
    assert.is(code, Status.PERMISSION_DENIED);
    assert.is(edge.server.inFlight(), 0);
  } finally {
    await edge.close();
  }
});

test("refusals of every method that costs something begin at zero", async () => {
  const edge = await startEdge();
  try {
    const { counts } = edge.telemetry;
    assert.is(counts.get('km_quota_refusals_total{"method":"knowledge.v1.SearchService/Search"}'), 0);
    assert.is(counts.get('km_quota_refusals_total{"method":"knowledge.v1.IngestService/StartIngest"}'), 0);
    const free = [...counts.keys()].filter((key) => key.startsWith("km_quota") && key.includes("grpc."));
    assert.equal(free, [], "probes and reflection have no quota");
  } finally {
    await edge.close();
  }
});

test("who goes on asking after refusals is kept waiting for the next ones; others, and who goes away, are not", async () => {
  const clock = { ...systemClock, now: () => 1_700_000_000_000 };
  const timers = new HandTimers();
  const held = (ms: number) => ms > 0 && ms <= 1_000;
  const edge = await startEdge({ quota, clock, timers, search: { search: async () => ({}) } });
  try {
    const codes: (Status | undefined)[] = [];
    const ask = async (signal?: AbortSignal) => {
      const code = await edge
        .search(readerToken)
        .search({}, signal === undefined ? {} : { signal })
        .then(
          () => Status.OK,
          (error: ClientError) => error.code,
        );
      codes.push(code);
      return code;
    };
    for (let i = 0; i < 12; i += 1) await ask();
    assert.equal(new Set(codes.slice(3)), new Set([Status.RESOURCE_EXHAUSTED]), "at first he is told at once");
    const waiting = Promise.all([ask(), ask()]);
    await timers.until(held);
    const gone = new AbortController();
    const left = ask(gone.signal).catch((error: unknown) => error);
    while (timers.armed().filter(held).length < 3) await setImmediate();
    assert.is(codes.length, 12, "then he waits");
    assert.is(
      await edge
        .search(adminToken)
        .search({})
        .then(() => "answered"),
      "answered",
    );
    gone.abort();
    await left;
    timers.fire(held);
    assert.equal(await waiting, [Status.RESOURCE_EXHAUSTED, Status.RESOURCE_EXHAUSTED]);
    assert.is(edge.server.inFlight(), 0);
  } finally {
    await edge.close();
  }
});

test("nobody is kept waiting beyond a deadline: the refusal comes, and not the deadline's end", async () => {
  // The server's clock is a minute ahead of the caller's: a call that has seconds left has none by it.
  const now = Date.now() + 60_000;
  const edge = await startEdge({ quota, clock: { ...systemClock, now: () => now }, timers: new HandTimers() });
  try {
    const client = edge.search(readerToken);
    for (let i = 0; i < 12; i += 1) await client.search({}).catch(() => {});
    const session = rawSession(edge.port);
    const authorization = `Bearer ${readerToken}`;
    const asked = rawCall(session, searchPath, { authorization, "grpc-timeout": "30S" });
    asked.end();
    assert.is((await asked.answer).status, Status.RESOURCE_EXHAUSTED);
    session.destroy();
  } finally {
    await edge.close();
  }
});

test("a stream is paid for once, says what is left before its first message, and is refused like a call", async () => {
  let streams = 0;
  const edge = await startEdge({
    quota: { ...quota, manage: { points: 1, windowMs: 60_000, burst: 0 } },
    ingest: {
      watchIngest: async function* () {
        streams += 1;
        yield {};
        yield {};
      },
    },
  });
  try {
    const client = createClientFactory().create(IngestServiceDefinition, edge.channel());
    const left: (string | undefined)[] = [];
    const options = {
      metadata: metadata(adminToken),
      onHeader: (header: Metadata) => void left.push(header.get("x-ratelimit-remaining")),
    };
    const follow = async () => {
      let messages = 0;
      for await (const _ of client.watchIngest({ runId: "x" }, options)) messages += 1;
      return messages;
    };
    assert.is(await follow(), 2);
    const code = await follow().catch((error: ClientError) => error.code);
    assert.is(code, Status.RESOURCE_EXHAUSTED);
    assert.is(streams, 1, "the refused one never reached its handler");
    assert.equal(left, ["0", "0"]);
  } finally {
    await edge.close();
  }
});

test("a refusal stands for a second at most, for calls as dear, in its pool, for its caller", () => {
  let now = 1_000_000;
  const spent = new SpentQuotas({ now: () => now });
  const someone = (tokenId: string) => ({ tokenId, peer: "10.0.0.1" }) as Principal;
  const decision = { allowed: false, limit: 10, remaining: 2, resetMs: 30_000, retryAfterMs: 30_000 };
  spent.note(someone("a"), "read", 3, decision);
  assert.is(spent.recall(someone("a"), "read", 1), undefined, "two points are left");
  assert.is(spent.recall(someone("a"), "manage", 3), undefined);
  assert.is(spent.recall(someone("b"), "read", 3), undefined);
  now += 400;
  const left = { ...decision, resetMs: 29_600, retryAfterMs: 29_600 };
  for (let i = 0; i < 8; i += 1) assert.equal(spent.recall(someone("a"), "read", 3), { decision: left, holdMs: 0 });
  assert.equal(spent.recall(someone("a"), "read", 3), { decision: left, holdMs: 600 }, "he goes on asking");
  now += 600;
  assert.is(spent.recall(someone("a"), "read", 3), undefined, "the limiter is asked again");
  // Points that come back sooner end it sooner; a clock that goes back ends it too.
  spent.note(someone("a"), "read", 3, { ...decision, resetMs: 50 });
  now += 50;
  assert.is(spent.recall(someone("a"), "read", 3), undefined);
  spent.note(someone("a"), "read", 3, decision);
  now -= 10_000;
  assert.is(spent.recall(someone("a"), "read", 3), undefined);
  spent.note(someone("a"), "read", 3, { ...decision, allowed: true });
  assert.is(spent.recall(someone("a"), "read", 3), undefined);
});

test("while the limiter is away, who only reads is let through and who changes something is refused", async () => {
  const away: Quota = {
    take: () => Promise.reject(new Fault("unavailable", "away", { reason: "LIMITER_UNAVAILABLE" })),
    close: async () => {},
  };
  const meter = new Recorder();
  const { unary } = quotaMiddleware(away, meter.meter, new SpentQuotas({ now: () => 0 }));
  const call = (audited: boolean) => {
    const policy = { scope: "maintainer", cost: 1, audited, pool: "manage" } as const;
    const context = { policy, principal: { tokenId: "x" }, signal: new AbortController().signal } as never;
    return unary({ method: { path: "/x/Y" }, request: {} } as never, context, async () => "handled");
  };
  assert.is(await call(false), "handled");
  try {
    await call(true);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Fault).code, "unavailable");
  }
  assert.is(meter.counts.get("km_quota_limiter_failures_total{}"), 2);
});

test.run();
