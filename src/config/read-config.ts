import process from "node:process";
import { ConfigError } from "./config-error.ts";
import { describeVariables } from "./describe-variables.ts";
import { type EffectiveVariable, effectiveVariables } from "./effective-config.ts";
import { withEnvFile } from "./env-file.ts";
import { Problems } from "./problems.ts";
import { Secret } from "./secret.ts";
import {
  accessVariables,
  type EdgeConfig,
  edgeConfig,
  refuseOpenDoors,
  type TokensConfig,
  tokensConfig,
} from "./sections/access.ts";
import { type AuditConfig, auditConfig, auditVariables } from "./sections/audit.ts";
import { type ChunkIndexConfig, chunkIndexConfig, chunkIndexVariables } from "./sections/chunk-index.ts";
import { type CoverageConfig, coverageConfig, coverageVariables } from "./sections/coverage.ts";
import {
  type EmbedderConfig,
  embedderConfig,
  embedderVariables,
  type RerankConfig,
  rerankConfig,
  rerankVariables,
} from "./sections/embedder.ts";
import { type GraphStoreConfig, graphStoreConfig, graphStoreVariables } from "./sections/graph-store.ts";
import { type IngestConfig, ingestConfig, ingestVariables } from "./sections/ingest.ts";
import { type QuotaConfig, quotaConfig, quotaVariables } from "./sections/quota.ts";
import { type RuntimeConfig, runtimeConfig, runtimeVariables } from "./sections/runtime.ts";
import {
  type SchedulerConfig,
  schedulerConfig,
  schedulerVariables,
  type WatchConfig,
  watchConfig,
} from "./sections/scheduler.ts";
import { type SidecarConfig, sidecarConfig, sidecarVariables } from "./sections/sidecar.ts";
import { type SourcesConfig, searchPath, sourcesConfig, sourcesVariables } from "./sections/sources.ts";
import { type StateConfig, stateConfig, stateVariables } from "./sections/state.ts";
import { type TelemetryConfig, telemetryConfig, telemetryVariables } from "./sections/telemetry.ts";
import { refuseUnknown } from "./unknown-variables.ts";
import { type Environment, readValues } from "./variable.ts";

export type { Environment } from "./variable.ts";

export interface GatewayConfig {
  readonly edge: EdgeConfig;
  readonly tokens: TokensConfig;
  readonly quota: QuotaConfig;
  readonly sidecar: SidecarConfig;
  readonly telemetry: TelemetryConfig;
  readonly sources: SourcesConfig;
  readonly state: StateConfig;
  readonly audit: AuditConfig;
  readonly chunkIndex: ChunkIndexConfig;
  readonly graphStore: GraphStoreConfig;
  readonly embedder: EmbedderConfig;
  readonly rerank: RerankConfig;
  readonly ingest: IngestConfig;
  readonly coverage: CoverageConfig;
  readonly scheduler: SchedulerConfig;
  readonly watch: WatchConfig;
  readonly runtime: RuntimeConfig;
  /** What `effectiveConfig` shows. */
  readonly variables: readonly EffectiveVariable[];
}

/** The process environment, for the command, whose children and own gateway inherit it. */
export function environment(): Environment {
  return process.env;
}

/**
 * Reads the whole configuration, deeply frozen.
 *
 * @param cwd what relative paths start from, and what is indexed when no source is named
 * @throws ConfigError with every problem at once
 */
export function readConfig(started: Environment = environment(), cwd: string = process.cwd()): GatewayConfig {
  const problems = new Problems();
  const env = withEnvFile(started, cwd, problems);
  const known = describeVariables().map(({ name }) => name);
  refuseUnknown(env, known, problems);
  const access = readValues(accessVariables, env, problems);
  const scheduling = readValues(schedulerVariables, env, problems);
  const indexed = readValues(chunkIndexVariables, env, problems);
  const graphed = readValues(graphStoreVariables, env, problems);
  const embedded = [
    ...(indexed.kind === "libsql" ? ["the embedded index"] : []),
    ...(graphed.kind === "libsql" ? ["the embedded graph"] : []),
  ];
  const config: GatewayConfig = {
    edge: edgeConfig(access, cwd, problems),
    tokens: tokensConfig(access),
    quota: quotaConfig(readValues(quotaVariables, env, problems), problems),
    sidecar: sidecarConfig(readValues(sidecarVariables, env, problems)),
    telemetry: telemetryConfig(readValues(telemetryVariables, env, problems), env),
    sources: {
      ...sourcesConfig(readValues(sourcesVariables, env, problems), cwd, problems),
      ...searchPath(env["PATH"]),
    },
    state: stateConfig(readValues(stateVariables, env, problems), cwd, embedded, problems),
    audit: auditConfig(readValues(auditVariables, env, problems), cwd),
    chunkIndex: chunkIndexConfig(indexed, problems),
    graphStore: graphStoreConfig(graphed, problems),
    embedder: embedderConfig(readValues(embedderVariables, env, problems), cwd, problems),
    rerank: rerankConfig(readValues(rerankVariables, env, problems), cwd, problems),
    ingest: ingestConfig(readValues(ingestVariables, env, problems)),
    coverage: coverageConfig(readValues(coverageVariables, env, problems)),
    scheduler: schedulerConfig(scheduling),
    watch: watchConfig(scheduling),
    runtime: runtimeConfig(readValues(runtimeVariables, env, problems)),
    variables: effectiveVariables(env),
  };
  refuseOpenDoors(access, env, problems);
  if (problems.texts.length > 0) throw new ConfigError(problems.texts);
  return frozen(config);
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null && !(inner instanceof Secret)) frozen(inner);
  }
  return Object.freeze(value);
}
