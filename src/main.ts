import { readFileSync } from "node:fs";
import { embedderPlugin } from "./adapters/embedders/mod.ts";
import { coverageStorePlugin } from "./adapters/files/mod.ts";
import { gitSourcesPlugin } from "./adapters/git/mod.ts";
import { ledgerPlugin, libsqlIndexPlugin, ownerPlugin, statePlugin } from "./adapters/libsql/mod.ts";
import { quotaPlugin, tokenStorePlugin } from "./adapters/memory/mod.ts";
import { clockPlugin } from "./adapters/system/mod.ts";
import { parserPlugin } from "./adapters/tree-sitter/mod.ts";
import type { GatewayConfig } from "./config/mod.ts";
import { Fault, insider } from "./domain/mod.ts";
import { EDGE, edgePlugin } from "./edge/mod.ts";
import { type Kernel, type KernelEvent, startKernel } from "./kernel/mod.ts";
import { CLOCK, INGESTER, STATE } from "./ports/mod.ts";
import { checkRuntime, projectFile, runtimeName } from "./runtime/mod.ts";
import { schedulerPlugin } from "./scheduler/mod.ts";
import { auditServicePlugin } from "./services/audit/mod.ts";
import { graphServicePlugin } from "./services/graph/mod.ts";
import { coveragePlugin, ingesterPlugin, ingestServicePlugin } from "./services/ingest/mod.ts";
import { searchPlugin } from "./services/search/mod.ts";
import { createHealthSource, SIDECAR, sidecarPlugin } from "./sidecar/mod.ts";
import { type OpenTelemetry, openTelemetry, telemetryPlugin } from "./telemetry/mod.ts";

/** A running gateway. */
export interface Gateway {
  /** Bound gRPC address, `host:port`. */
  readonly address: string;
  /** Bound address of /metrics, /livez and /readyz. */
  readonly metricsAddress: string;
  /** Past this many milliseconds a stop is stuck: the drain's budget and what the stops after it may take. */
  readonly stopBudgetMs: number;
  stop(): Promise<void>;
}

/**
 * The composition root: the list of plug-ins, in the order that ties are started. The owner's lock comes first, so
 * that a second gateway on the same state is refused before it has opened anything.
 *
 * @param overrides sections by plug-in name that no variable sets: what an evaluation switches off
 */
export async function startGateway(
  config: GatewayConfig,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Gateway> {
  checkRuntime(config.runtime.allowKnownBad);
  const telemetry = openTelemetry({
    ...config.telemetry,
    version: version(),
    runtime: runtimeName(),
    sources: config.sources.sources.map(({ name }) => name),
    secrets: Object.values(config.tokens).filter((secret) => secret !== undefined),
  });
  const health = createHealthSource();
  let grpcMetrics = async () => "";
  const kernel = await startKernel({
    plugins: [
      telemetryPlugin(telemetry),
      sidecarPlugin({
        address: config.sidecar.address,
        metrics: [() => telemetry.metrics(), () => grpcMetrics()],
        health,
      }),
      clockPlugin,
      ownerPlugin,
      statePlugin,
      ledgerPlugin,
      gitSourcesPlugin,
      parserPlugin,
      embedderPlugin,
      libsqlIndexPlugin,
      tokenStorePlugin,
      quotaPlugin,
      coverageStorePlugin,
      coveragePlugin,
      ingesterPlugin,
      schedulerPlugin,
      ingestServicePlugin,
      searchPlugin,
      graphServicePlugin,
      auditServicePlugin,
      edgePlugin,
    ],
    config: { ...sections(config), ...overrides },
    drainMs: config.edge.drainMs,
    on: (event) => logStep(telemetry, event),
  });
  health.attach(() => kernel.health());
  const edge = kernel.get(EDGE);
  grpcMetrics = () => edge.grpcMetrics.metrics();
  const { address: metricsAddress } = kernel.get(SIDECAR);
  telemetry.log.info({ address: edge.address, metrics_address: metricsAddress, version: version() }, "serving");
  await ingestAtStart(kernel, config, telemetry);
  return {
    address: edge.address,
    metricsAddress,
    stopBudgetMs: config.edge.drainMs + 10_000,
    stop: () => kernel.stop(),
  };
}

/** Each plug-in's section by its name; the compiler compares the shapes. */
function sections(config: GatewayConfig): Record<string, unknown> {
  const statePath = config.state.path;
  return {
    owner: { statePath },
    state: { statePath, generationGraceMs: config.state.generationGraceMs },
    ledger: { statePath },
    sources: { ...config.sources, statePath },
    parser: { workers: config.ingest.workers },
    "chunk-index": { statePath },
    tokens: {
      readerToken: config.tokens.readerToken?.reveal(),
      adminToken: config.tokens.adminToken?.reveal(),
    },
    quota: config.quota,
    "coverage store": { statePath, ...config.coverage },
    ingester: config.ingest,
    scheduler: { ...config.scheduler, dryRun: config.ingest.dryRun },
    edge: config.edge,
  };
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
  const { tokenId, name, scope, peer } = insider("start");
  try {
    await kernel.get(INGESTER).start(
      {
        sources,
        mode: "incremental",
        dryRun: config.ingest.dryRun,
        trigger: "start",
        actor: { tokenId, name, scope, peer },
        requestId: kernel.get(CLOCK).uuid(),
        reason: sources.every((source) => served.has(source)) ? "the gateway started" : "not indexed yet",
      },
      AbortSignal.timeout(60_000),
    );
  } catch (error) {
    log.error({ err: error }, "the ingest at start was refused; what was indexed before is served");
  }
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
