/** The interfaces between the program and the technologies it stands on, with their promises. */

export * from "./audit-ledger.ts";
export * from "./call.ts";
export * from "./chunk-index.ts";
export * from "./clock.ts";
export { beginErrors, countedCall } from "./counted-call.ts";
export * from "./coverage.ts";
export * from "./cypher.ts";
export * from "./embedder.ts";
export * from "./feedback.ts";
export * from "./graph-gathered.ts";
export * from "./graph-store.ts";
export * from "./ingester.ts";
export * from "./job-store.ts";
export * from "./leases.ts";
export * from "./parser.ts";
export * from "./quota.ts";
export * from "./reranker.ts";
export * from "./revisions.ts";
export * from "./schedule-store.ts";
export * from "./scheduler.ts";
export * from "./source.ts";
export * from "./telemetry.ts";
export * from "./token-records.ts";
export * from "./token-store.ts";
export * from "./tokens.ts";
