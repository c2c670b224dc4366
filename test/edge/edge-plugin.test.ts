import { createChannel, createClientFactory } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthDefinition } from "../../gen/grpc/health/v1/health.ts";
import { AuditServiceDefinition } from "../../gen/knowledge/v1/audit_service.ts";
import { GraphServiceDefinition } from "../../gen/knowledge/v1/graph_service.ts";
import { IngestServiceDefinition } from "../../gen/knowledge/v1/ingest_service.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import {
  manualClock,
  memoryAuditLedger,
  memoryState,
  quotaPlugin,
  tokenStorePlugin,
} from "../../src/adapters/memory/mod.ts";
import { EDGE, type EdgeConfig, edgePlugin } from "../../src/edge/mod.ts";
import { definePlugin, type Plugin, startKernel, type Token } from "../../src/kernel/mod.ts";
import {
  AUDIT_LEDGER,
  AUDIT_SERVICE,
  CLOCK,
  GRAPH_SERVICE,
  INGEST_SERVICE,
  SEARCH_SERVICE,
  type ServiceBinding,
  STATE,
  TELEMETRY,
} from "../../src/ports/mod.ts";
import { Recorder, stubService, systemClock } from "../support/edge-harness.ts";

const test = suite("edge: the plug-in");

function provide<T>(name: string, provides: Token<T>, value: T): Plugin {
  return definePlugin({ name, provides, needs: {}, config: () => undefined, start: async () => ({ value }) });
}

const telemetry = new Recorder();

function plugins(search: ServiceBinding): Plugin[] {
  return [
    provide("telemetry", TELEMETRY, telemetry),
    provide("clock", CLOCK, systemClock),
    provide("search", SEARCH_SERVICE, search),
    provide("graph", GRAPH_SERVICE, stubService(GraphServiceDefinition)),
    provide("ingest", INGEST_SERVICE, stubService(IngestServiceDefinition)),
    provide("audit", AUDIT_SERVICE, stubService(AuditServiceDefinition)),
    provide("ledger", AUDIT_LEDGER, memoryAuditLedger(manualClock())),
    provide("state", STATE, memoryState(systemClock)),
    tokenStorePlugin,
    quotaPlugin,
    edgePlugin,
  ];
}

const edge: EdgeConfig = {
  address: "127.0.0.1:0",
  authRequired: false,
  authWithTokens: true,
  authFailures: 0,
  tls: undefined,
  reflection: "open",
  drainMs: 1_000,
  development: true,
};
const pool = { points: 10, windowMs: 60_000, burst: 0 };
const quota = { read: pool, manage: pool };

test("the kernel starts it, it serves at the address it says, and it stops", async () => {
  const kernel = await startKernel({
    plugins: plugins(stubService(SearchServiceDefinition)),
    config: { edge, quota, tokens: {} },
  });
  const { address, grpcMetrics } = kernel.get(EDGE);
  assert.match(address, /^127\.0\.0\.1:[1-9]\d*$/);
  const channel = createChannel(address);
  const health = createClientFactory().create(HealthDefinition, channel);
  assert.is((await health.check({})).status, 1);
  assert.ok(telemetry.lines.some((line) => line.level === "warn" && /authentication is off/.test(line.message)));

  const text = await grpcMetrics.metrics();
  for (const { fullName, methods } of [SearchServiceDefinition, IngestServiceDefinition]) {
    for (const { name } of Object.values(methods)) {
      const series = `grpc_server_started_total{grpc_type="[a-z_]+",grpc_service="${fullName}",grpc_method="${name}"`;
      assert.match(text, new RegExp(series), name);
    }
  }
  await kernel.stop();
  channel.close();
});

test("a service without one of its handlers stops the start, by name", async () => {
  const broken = stubService(SearchServiceDefinition);
  const { search: _, ...implementation } = broken.implementation as Record<string, unknown>;
  try {
    await startKernel({
      plugins: plugins({ ...broken, implementation }),
      config: { edge, quota, tokens: {} },
    });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, "knowledge.v1.SearchService has no handler 'search'");
  }
});

test("a method that the contract gives no policy stops the start, by name", async () => {
  const { search } = SearchServiceDefinition.methods;
  const definition = { ...SearchServiceDefinition, methods: { search, more: { ...search, name: "More" } } };
  try {
    await startKernel({
      plugins: plugins(stubService(definition)),
      config: { edge, quota, tokens: {} },
    });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, "/knowledge.v1.SearchService/More has no policy");
  }
});

const wrong: readonly (readonly [name: string, config: object, says: RegExp])[] = [
  ["no port", { address: "127.0.0.1" }, /address/],
  ["a port that is none", { address: "127.0.0.1:70000" }, /address/],
  ["an unknown reflection", { reflection: "maybe" }, /reflection/],
  ["no drain", { drainMs: Number.NaN }, /drainMs/],
  ["no word on authentication", { authRequired: undefined }, /authRequired/],
];

for (const [name, config, says] of wrong) {
  test(`config with ${name} is refused`, () => {
    assert.throws(() => edgePlugin.config({ ...edge, ...config }), says);
  });
}

for (const address of ["[::1]:0", "localhost:50051", "0.0.0.0:1", "unix:///tmp/x.sock"]) {
  test(`config with the address ${address} is taken`, () => {
    assert.is((edgePlugin.config({ ...edge, address }) as EdgeConfig).address, address);
  });
}

test.run();
