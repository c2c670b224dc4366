import type { Principal } from "../domain/mod.ts";

export interface QuotaState {
  /** Points per window, burst included. */
  readonly limit: number;
  readonly remaining: number;
  /** Until the window starts anew. */
  readonly resetMs: number;
}

export interface QuotaDecision extends QuotaState {
  readonly allowed: boolean;
  /** When refused: how long to wait. */
  readonly retryAfterMs: number;
}

/** "read" for Search and Graph, "manage" for Ingest and Audit. */
export type QuotaPool = "read" | "manage";

export interface Quota {
  /** Takes `points` from the caller's quota. @throws Fault `unavailable` when the limiter is away. */
  take(principal: Principal, pool: QuotaPool, points: number, signal: AbortSignal): Promise<QuotaDecision>;
  close(): Promise<void>;
}
