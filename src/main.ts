import { readFileSync } from "node:fs";
import {
  type EmbedderConfig,
  embedderPlugin,
  type RerankPluginConfig,
  rerankPlugin,
} from "./adapters/embedders/mod.ts";
import { coverageStorePlugin, feedbackStorePlugin } from "./adapters/files/mod.ts";
import { gitSourcesPlugin, type SourceSet } from "./adapters/git/mod.ts";
import { ledgerPlugin, libsqlGraphPlugin, libsqlIndexPlugin, ownerPlugin, statePlugin } from "./adapters/libsql/mod.ts";
import { memoryQuota, quotaPlugin, type ReplaceableQuota, tokenStorePlugin } from "./adapters/memory/mod.ts";
import { clockPlugin } from "./adapters/system/mod.ts";
import { parserPlugin } from "./adapters/tree-sitter/mod.ts";
import type { GatewayConfig } from "./config/mod.ts";
import { Fault, insider } from "./domain/mod.ts";
import { EDGE, edgePlugin, followHealth } from "./edge/mod.ts";
import { type Kernel, type KernelEvent, startKernel } from "./kernel/mod.ts";
import {
  AUDIT_SERVICE,
  CLOCK,
  GRAPH_SERVICE,
  INGEST_SERVICE,
  INGESTER,
  QUOTA,
  SEARCH_SERVICE,
  SOURCES,
  STATE,
} from "./ports/mod.ts";
import { boundHeapGrowth, checkRuntime, projectFile, runtimeName } from "./runtime/mod.ts";
import { schedulerPlugin, WATCH, watchPlugin } from "./scheduler/mod.ts";
import { auditServicePlugin } from "./services/audit/mod.ts";
import { graphCypherServicePlugin, graphServicePlugin } from "./services/graph/mod.ts";
import { coveragePlugin, ingesterPlugin, ingestServicePlugin } from "./services/ingest/mod.ts";
import { searchPlugin } from "./services/search/mod.ts";
import { createHealthSource, SIDECAR, sidecarPlugin } from "./sidecar/mod.ts";
import { Exposition, type OpenTelemetry, openTelemetry, openTracing, telemetryPlugin } from "./telemetry/mod.ts";

/** A running gateway. */
export interface Gateway {
  /** Bound gRPC address, `host:port`. */
  readonly address: string;
  /** Bound address of /metrics, /livez and /readyz. */
  readonly metricsAddress: string;
  /** Past this many milliseconds a stop is stuck: the drain's budget and what the stops after it may take. */
  readonly stopBudgetMs: number;
  /** Takes over sources and quotas; sources that are gone leave the index, new ones are ingested. */
  reload(config: GatewayConfig): Promise<void>;
  /** `lameDuck: false` for a person who waits at a terminal: no balancer has to look away first. Default: true. */
  stop(how?: { readonly lameDuck: boolean }): Promise<void>;
}

/**
 * The composition root: the list of plug-ins. Whatever opens files in the state directory needs the owner's lock, so
 * that a second gateway on the same state is refused before it has opened anything; the rest starts side by side.
 *
 * @param overrides sections by plug-in name that no variable sets: what an evaluation switches off
 */
export async function startGateway(
  config: GatewayConfig,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Gateway> {
  checkRuntime(config.runtime.allowKnownBad);
  boundHeapGrowth();
  const { tracing: traced, ...logs } = config.telemetry;
  const secrets = [
    config.tokens.readerToken,
    config.tokens.adminToken,
    config.audit.authToken,
    config.quota.redisUrl,
    config.state.token,
    config.chunkIndex.qdrant?.apiKey,
    config.graphStore.neo4j?.password,
    config.graphStore.neo4j?.cypher?.password,
    config.embedder.http?.apiKey,
    config.rerank.http?.apiKey,
  ].filter((secret) => secret !== undefined);
  const tracing = traced && (await openTracing({ ...traced, version: version(), secrets }));
  const telemetry = openTelemetry({
    ...logs,
    tracing,
    version: version(),
    runtime: runtimeName(),
    sources: config.sources.sources.map(({ name }) => name),
    secrets,
  });
  const health = createHealthSource();
  let grpcMetrics: Exposition["pieces"] = async () => [];
  // Drivers of servers that are not used are not loaded: every start and every resident megabyte would pay for them.
  const chunkIndexPlugin =
    config.chunkIndex.qdrant === undefined
      ? libsqlIndexPlugin
      : (await import("./adapters/qdrant/mod.ts")).qdrantIndexPlugin;
  const graphPlugin =
    config.graphStore.neo4j === undefined
      ? libsqlGraphPlugin
      : (await import("./adapters/neo4j/mod.ts")).neo4jGraphPlugin;
  const limitsPlugin =
    config.quota.redisUrl === undefined
      ? quotaPlugin
      : (await import("./adapters/redis/mod.ts")).redisQuotaPlugin(memoryQuota);
  const kernel = await startKernel({
    plugins: [
      telemetryPlugin(telemetry, tracing),
      sidecarPlugin({
        address: config.sidecar.address,
        metrics: [() => telemetry.metrics.pieces(), () => grpcMetrics()],
        health,
        token: config.sidecar.token?.reveal(),
      }),
      clockPlugin,
      ownerPlugin,
      statePlugin,
      ledgerPlugin,
      gitSourcesPlugin,
      parserPlugin,
      embedderPlugin,
      rerankPlugin,
      chunkIndexPlugin,
      graphPlugin,
      tokenStorePlugin,
      limitsPlugin,
      coverageStorePlugin,
      feedbackStorePlugin,
      coveragePlugin,
      ingesterPlugin,
      schedulerPlugin,
      watchPlugin,
      ingestServicePlugin,
      searchPlugin,
      config.graphStore.neo4j?.cypher === undefined ? graphServicePlugin : graphCypherServicePlugin,
      auditServicePlugin,
      edgePlugin,
    ],
    config: { ...sections(config), ...overrides },
    drainMs: config.edge.drainMs,
    on: (event) => logStep(telemetry, event),
  });
  health.attach(() => kernel.health());
  const edge = kernel.get(EDGE);
  const ofCalls = new Exposition(edge.grpcMetrics);
  grpcMetrics = () => ofCalls.pieces();
  const unfollow = followHealth({
    check: health.check,
    services: new Map(services.map((token) => [kernel.get(token).definition.fullName, kernel.standsOn(token)])),
    set: edge.setServing,
    log: telemetry.log,
  });
  const { address: metricsAddress } = kernel.get(SIDECAR);
  telemetry.log.info({ address: edge.address, metrics_address: metricsAddress, version: version() }, "serving");
  await ingestAtStart(kernel, config, telemetry);
  return {
    address: edge.address,
    metricsAddress,
    stopBudgetMs: config.edge.drainMs + 10_000,
    reload: (next) => reload(kernel, next, telemetry),
    stop({ lameDuck } = { lameDuck: true }) {
      unfollow();
      if (!lameDuck) edge.skipLameDuck();
      return kernel.stop();
    },
  };
}

/** What the health service speaks of, beside the server as a whole. */
const services = [SEARCH_SERVICE, GRAPH_SERVICE, INGEST_SERVICE, AUDIT_SERVICE];

/** Each plug-in's section by its name; the compiler compares the shapes. */
function sections(config: GatewayConfig): Record<string, unknown> {
  const statePath = config.state.path;
  const soleOwner = config.state.url === undefined;
  return {
    owner: { statePath },
    state: {
      statePath,
      generationGraceMs: config.state.generationGraceMs,
      url: config.state.url,
      token: config.state.token?.reveal(),
    },
    ledger: { statePath, ...config.audit, authToken: config.audit.authToken?.reveal() },
    "audit service": { retentionDays: config.audit.retentionDays },
    sources: { ...config.sources, statePath },
    parser: { workers: config.ingest.workers },
    "chunk-index": chunkIndexSection(config),
    embedder: embedderSection(config),
    reranker: rerankSection(config),
    "graph-store": graphStoreSection(config),
    tokens: {
      readerToken: config.tokens.readerToken?.reveal(),
      adminToken: config.tokens.adminToken?.reveal(),
      maintainerNeeded: config.tokens.maintainerNeeded,
    },
    quota: { ...config.quota, redisUrl: config.quota.redisUrl?.reveal() },
    "feedback store": { statePath },
    "coverage store": { statePath, ...config.coverage },
    ingester: { ...config.ingest, soleOwner },
    coverage: { soleOwner },
    scheduler: { ...config.scheduler, dryRun: config.ingest.dryRun },
    watch: config.watch,
    edge: config.edge,
  };
}

function chunkIndexSection({ chunkIndex: { qdrant }, state }: GatewayConfig): unknown {
  return qdrant === undefined ? { statePath: state.path } : { ...qdrant, apiKey: qdrant.apiKey?.reveal() };
}

function graphStoreSection({ graphStore: { neo4j }, state }: GatewayConfig): unknown {
  if (neo4j === undefined) return { statePath: state.path };
  const cypher = neo4j.cypher && { ...neo4j.cypher, password: neo4j.cypher.password.reveal() };
  return { ...neo4j, password: neo4j.password.reveal(), cypher };
}

function embedderSection({ embedder }: GatewayConfig): EmbedderConfig {
  const { kind, http, modelPath, queryPrefix, passagePrefix } = embedder;
  if (kind === "http" && http) return { kind, ...http, apiKey: http.apiKey?.reveal(), queryPrefix, passagePrefix };
  if (kind === "onnx" && modelPath !== undefined) return { kind, modelPath, queryPrefix, passagePrefix };
  return { kind: kind === "hashed" ? "hashed" : "static" };
}

function rerankSection({ rerank: { kind, http, modelPath } }: GatewayConfig): RerankPluginConfig {
  if (kind === "http" && http) return { kind, ...http, apiKey: http.apiKey?.reveal() };
  return kind === "onnx" && modelPath !== undefined ? { kind, modelPath } : { kind: "off" };
}

/**
 * Indexes when the gateway starts, as configured: "auto" takes a full look at sources that were never indexed and an
 * incremental one at the others. Serving does not wait for it.
 */
async function ingestAtStart(kernel: Kernel, config: GatewayConfig, { log }: OpenTelemetry): Promise<void> {
  if (config.ingest.onStart === "off") return;
  const served = new Set(
    kernel
      .get(STATE)
      .revisions.served()
      .map(({ source }) => source),
  );
  const sources = config.sources.sources.map(({ name }) => name);
  const reason = sources.every((source) => served.has(source)) ? "the gateway started" : "not indexed yet";
  try {
    await startIngest(kernel, sources, config.ingest.dryRun, reason);
  } catch (error) {
    log.error({ err: error }, "the ingest at start was refused; what was indexed before is served");
  }
}

async function startIngest(kernel: Kernel, sources: readonly string[], dryRun: boolean, reason: string): Promise<void> {
  const { tokenId, name, scope, peer } = insider("start");
  const order = { sources, mode: "incremental", dryRun, trigger: "start", reason } as const;
  const requestId = kernel.get(CLOCK).uuid();
  await kernel
    .get(INGESTER)
    .start({ ...order, actor: { tokenId, name, scope, peer }, requestId }, AbortSignal.timeout(60_000));
}

/** What can't be taken over leaves everything as it was, and says so. */
async function reload(kernel: Kernel, next: GatewayConfig, telemetry: OpenTelemetry): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  const sources = kernel.get(SOURCES) as SourceSet;
  const ingester = kernel.get(INGESTER);
  const before = new Map(sources.all().map(({ name, identity }) => [name, identity]));
  await sources.replace({ ...next.sources, statePath: next.state.path }, signal);
  telemetry.beginSources(sources.all().map(({ name }) => name));
  await (kernel.get(QUOTA) as ReplaceableQuota).replace(next.quota);
  await ingester.reconcile(signal);
  kernel.get(WATCH).refresh();
  const fresh = sources.all().filter(({ name, identity }) => before.get(name) !== identity);
  const names = fresh.map(({ name }) => name);
  telemetry.log.info({ sources: sources.all().map(({ name }) => name), new: names }, "sources and quotas reread");
  if (names.length > 0) await startIngest(kernel, names, next.ingest.dryRun, "new in the configuration");
}

function logStep({ log }: OpenTelemetry, { plugin, phase, ms, error }: KernelEvent): void {
  const fields = { plugin, ms: Math.round(ms) };
  if (error === undefined) return void log.debug(fields, phase);
  // A Fault is written for the operator and says it all; of anything else the stack is wanted.
  const what = error instanceof Fault ? { reason: error.reason, ...told(error) } : { err: error };
  log.error({ ...fields, ...what }, "a plug-in failed");
}

/** What an error says, and what its cause says. */
function told({ message, cause }: Error): { readonly error: string; readonly cause?: string } {
  return cause instanceof Error ? { error: message, cause: cause.message } : { error: message };
}

function version(): string {
  return (JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as { version: string }).version;
}
