import type { IngestRun } from "./ingest-run.ts";
import type { Principal } from "./principal.ts";

/** In the order of the contract's AuditKind, from 1. */
export const auditKinds = [
  "ingest-run",
  "coverage-report",
  "schedule-change",
  "token-issued",
  "token-revoked",
  "access-refused",
  "retention",
  "config-change",
  "cypher-query",
  "backup",
  "token-rotated",
  "restore",
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** In the order of the contract's AuditOutcome, from 1. */
export const auditOutcomes = [
  "started",
  "succeeded",
  "failed",
  "cancelled",
  "refused",
  "skipped",
  "interrupted",
  "committing",
  "planned",
] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** What a caller appends; the ledger adds sequence, time and hashes. */
export interface NewAuditEntry {
  readonly kind: AuditKind;
  readonly outcome: AuditOutcome;
  readonly actor: Pick<Principal, "tokenId" | "name" | "scope" | "peer">;
  readonly requestId: string;
  /** "" when no source is concerned. */
  readonly source: string;
  readonly run: IngestRun | undefined;
  readonly details: Readonly<Record<string, string>>;
  /** The STARTED entry this belongs to; 0 for none. */
  readonly startedSequence: number;
}

export interface AuditEntry extends NewAuditEntry {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Unix ms. */
  readonly recordedAt: number;
  /** Hash of the entry before it, hex; zeros for the first. */
  readonly previousHash: string;
  /** Over the entry and the hash before it, under the ledger's key, hex. */
  readonly hash: string;
}

/** What recomputing the chain of entries found. */
export interface LedgerVerification {
  readonly intact: boolean;
  readonly checked: number;
  readonly headSequence: number;
  /** Hex. */
  readonly headHash: string;
  /** The first entry that is wrong or missing; 0 when intact. */
  readonly firstBad: number;
  /** In words; "" when intact. */
  readonly problem: string;
}
