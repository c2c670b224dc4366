/** Reference adapters that keep everything in this process: what the contract suites say, in the plainest form. */

export type { QuotaLimits as QuotaConfig } from "../../domain/mod.ts";
export { memoryAuditLedger } from "./audit-ledger.ts";
export { memoryChunkIndex } from "./chunk-index.ts";
export { type ManualClock, manualClock } from "./clock.ts";
export { memoryCoverageStore } from "./coverage-store.ts";
export { memoryGraphStore } from "./graph-store.ts";
export { memoryQuota } from "./quota.ts";
export { quotaPlugin, type ReplaceableQuota } from "./quota-plugin.ts";
export { memoryState } from "./state.ts";
export { memoryTokenRecords } from "./token-records.ts";
export { type EnvTokens, envTokenStore, type KnownTokens, knownTokens } from "./token-store.ts";
export { tokenStorePlugin } from "./token-store-plugin.ts";
