/** The interfaces between the program and the technologies it stands on, with their promises. */
export * from "./audit-ledger.ts";
export * from "./call.ts";
export * from "./chunk-index.ts";
export * from "./clock.ts";
export * from "./coverage.ts";
export * from "./embedder.ts";
export * from "./ingester.ts";
export * from "./job-store.ts";
export * from "./leases.ts";
export * from "./parser.ts";
export * from "./quota.ts";
export * from "./revisions.ts";
export * from "./source.ts";
export * from "./telemetry.ts";
export * from "./token-store.ts";
export * from "./tokens.ts";
