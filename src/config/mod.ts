/** The only reader of the environment: turns `KM_` variables into one frozen, checked configuration. */
export { ConfigError } from "./config-error.ts";
export { type DescribedVariable, describeVariables } from "./describe-variables.ts";
export { type EffectiveVariable, effectiveConfig } from "./effective-config.ts";
export { type Environment, environment, type GatewayConfig, readConfig } from "./read-config.ts";
export { Secret } from "./secret.ts";
export type { EdgeConfig, ReflectionAccess, TokensConfig } from "./sections/access.ts";
export type { AuditConfig } from "./sections/audit.ts";
export type { ChunkIndexConfig } from "./sections/chunk-index.ts";
export type { EmbedderConfig, HttpModelConfig, RerankConfig } from "./sections/embedder.ts";
export type { GraphStoreConfig } from "./sections/graph-store.ts";
export type { IngestConfig } from "./sections/ingest.ts";
export type { QuotaClassConfig, QuotaConfig, QuotaPoolConfig } from "./sections/quota.ts";
export type { RuntimeConfig } from "./sections/runtime.ts";
export type { SchedulerConfig, WatchConfig } from "./sections/scheduler.ts";
export type { SidecarConfig } from "./sections/sidecar.ts";
export type { NamedSource, SourcesConfig } from "./sections/sources.ts";
export type { StateConfig } from "./sections/state.ts";
export type { TelemetryConfig } from "./sections/telemetry.ts";
