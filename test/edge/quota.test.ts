import { type ClientError, createClientFactory, type Metadata, Status } from "nice-grpc";
import { errorDetailsClientMiddleware, RichClientError } from "nice-grpc-error-details";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { Fault } from "../../src/domain/mod.ts";
import { quotaMiddleware } from "../../src/edge/middleware/quota.ts";
import type { Quota } from "../../src/ports/mod.ts";
import { adminToken, metadata, Recorder, readerToken, startEdge } from "../support/edge-harness.ts";

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

test("while the limiter is away, who only reads is let through and who changes something is refused", async () => {
  const away: Quota = {
    take: () => Promise.reject(new Fault("unavailable", "away", { reason: "LIMITER_UNAVAILABLE" })),
    close: async () => {},
  };
  const meter = new Recorder();
  const { unary } = quotaMiddleware(away, meter.meter);
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
