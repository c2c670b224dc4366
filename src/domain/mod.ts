/** Pure values and rules of the gateway; imports nothing. */
export * from "./artifact.ts";
export * from "./audit-entry.ts";
export * from "./choose-revisions.ts";
export * from "./chunk.ts";
export * from "./coverage.ts";
export * from "./fault.ts";
export * from "./feedback.ts";
export * from "./ingest-run.ts";
export * from "./pace.ts";
export * from "./packed-chunks.ts";
export * from "./page.ts";
export * from "./page-token.ts";
export * from "./principal.ts";
export * from "./quota-limits.ts";
export * from "./revision.ts";
export * from "./schedule.ts";
export * from "./stored-token.ts";
