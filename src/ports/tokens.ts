import { token } from "../kernel/token.ts";
import type { AuditLedger } from "./audit-ledger.ts";
import type { ServiceBinding } from "./call.ts";
import type { ChunkIndex } from "./chunk-index.ts";
import type { Clock, Random } from "./clock.ts";
import type { Coverage, CoverageStore } from "./coverage.ts";
import type { Embedder } from "./embedder.ts";
import type { FeedbackStore } from "./feedback.ts";
import type { GraphStore } from "./graph-store.ts";
import type { Ingester } from "./ingester.ts";
import type { JobStore } from "./job-store.ts";
import type { Leases } from "./leases.ts";
import type { Parser } from "./parser.ts";
import type { Quota } from "./quota.ts";
import type { Reranker } from "./reranker.ts";
import type { Revisions } from "./revisions.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Sources } from "./source.ts";
import type { Telemetry } from "./telemetry.ts";
import type { TokenRecords } from "./token-records.ts";
import type { TokenStore } from "./token-store.ts";

/** Job state lives in one database, so its ports come from one plug-in. */
export interface State {
  readonly jobs: JobStore;
  readonly revisions: Revisions;
  readonly leases: Leases;
  readonly schedules: ScheduleStore;
  readonly tokens: TokenRecords;
  /** Secret under which page tokens are sealed; the same after a restart. */
  readonly pageKey: Uint8Array;
}

/** That this process, and no other, uses the state directory. Whoever holds it opened its files afterwards. */
export interface Ownership {
  /** Gives the state directory up. Idempotent. */
  release(): Promise<void>;
}

export const AUDIT_LEDGER = token<AuditLedger>("audit ledger");
export const CHUNK_INDEX = token<ChunkIndex>("chunk index");
export const CLOCK = token<Clock & Random>("clock");
export const COVERAGE = token<Coverage>("coverage");
export const COVERAGE_STORE = token<CoverageStore>("coverage store");
export const EMBEDDER = token<Embedder>("embedder");
export const FEEDBACK = token<FeedbackStore>("feedback");
export const GRAPH_STORE = token<GraphStore>("graph store");
export const INGESTER = token<Ingester>("ingester");
export const OWNERSHIP = token<Ownership>("ownership of the state directory");
export const PARSER = token<Parser>("parser");
export const QUOTA = token<Quota>("quota");
export const RERANKER = token<Reranker>("reranker");
export const SCHEDULER = token<Scheduler>("scheduler");
export const SOURCES = token<Sources>("sources");
export const STATE = token<State>("state");
export const TELEMETRY = token<Telemetry>("telemetry");
export const TOKEN_STORE = token<TokenStore>("token store");

export const SEARCH_SERVICE = token<ServiceBinding>("search service");
export const GRAPH_SERVICE = token<ServiceBinding>("graph service");
export const INGEST_SERVICE = token<ServiceBinding>("ingest service");
export const AUDIT_SERVICE = token<ServiceBinding>("audit service");
