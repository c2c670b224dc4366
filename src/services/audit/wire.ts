import { Buffer } from "node:buffer";
import type {
  AuditEntry as WireEntry,
  AuditKind as WireKind,
  AuditOutcome as WireOutcome,
} from "../../../gen/knowledge/v1/audit_service.ts";
import {
  type Actor as WireActor,
  IngestMode as WireMode,
  type IngestRun as WireRun,
  IngestRunState as WireState,
  IngestTrigger as WireTrigger,
} from "../../../gen/knowledge/v1/ingest_service.ts";
import { Scope as WireScope } from "../../../gen/knowledge/v1/policy.ts";
import {
  type AuditEntry,
  type AuditKind,
  type AuditOutcome,
  auditKinds,
  auditOutcomes,
  type IngestRun,
  invalid,
} from "../../domain/mod.ts";

/** The contract numbers kinds and outcomes from 1 in the domain's order. */
export function fromKind(kind: WireKind): AuditKind {
  const known = auditKinds[kind - 1];
  if (known === undefined) throw invalid("kinds", `${kind} is no kind of entry`);
  return known;
}

export function fromOutcome(outcome: WireOutcome): AuditOutcome {
  const known = auditOutcomes[outcome - 1];
  if (known === undefined) throw invalid("outcomes", `${outcome} is no outcome`);
  return known;
}

function toActor({ tokenId, name, scope, peer }: AuditEntry["actor"]): WireActor {
  return {
    tokenId,
    name,
    scope: scope === "maintainer" ? WireScope.SCOPE_MAINTAINER : WireScope.SCOPE_READER,
    peer,
  };
}

export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}

const toDate = (ms: number) => (ms === 0 ? undefined : new Date(ms));

const triggers: Readonly<Record<IngestRun["trigger"], WireTrigger>> = {
  rpc: WireTrigger.INGEST_TRIGGER_RPC,
  schedule: WireTrigger.INGEST_TRIGGER_SCHEDULE,
  command: WireTrigger.INGEST_TRIGGER_COMMAND,
  watch: WireTrigger.INGEST_TRIGGER_WATCH,
  start: WireTrigger.INGEST_TRIGGER_START,
};

const states: Readonly<Record<IngestRun["state"], WireState>> = {
  pending: WireState.INGEST_RUN_STATE_PENDING,
  running: WireState.INGEST_RUN_STATE_RUNNING,
  succeeded: WireState.INGEST_RUN_STATE_SUCCEEDED,
  failed: WireState.INGEST_RUN_STATE_FAILED,
  cancelled: WireState.INGEST_RUN_STATE_CANCELLED,
  skipped: WireState.INGEST_RUN_STATE_SKIPPED,
  planned: WireState.INGEST_RUN_STATE_PLANNED,
};

function toDuration(ms: number) {
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: Math.round((ms - seconds * 1_000) * 1_000_000) };
}

/** Field by field: spreading what has many costs more than the rest of an entry. The encoder takes copies. */
function toRun(run: IngestRun): WireRun {
  const stages: Record<string, ReturnType<typeof toDuration>> = {};
  for (const [stage, ms] of Object.entries(run.stages)) stages[stage] = toDuration(ms);
  return {
    runId: run.runId,
    source: run.source,
    dryRun: run.dryRun,
    skipReason: run.skipReason,
    commit: run.commit,
    previousCommit: run.previousCommit,
    generation: run.generation,
    embedder: run.embedder,
    mode: run.mode === "full" ? WireMode.INGEST_MODE_FULL : WireMode.INGEST_MODE_INCREMENTAL,
    trigger: triggers[run.trigger],
    actor: toActor(run.actor),
    state: states[run.state],
    startedAt: toDate(run.startedAt),
    finishedAt: toDate(run.finishedAt),
    files: run.files,
    chunks: run.chunks,
    graph: run.graph,
    stages,
    error: run.error,
  };
}

export function toEntry(entry: AuditEntry): WireEntry {
  return {
    sequence: entry.sequence,
    recordedAt: toDate(entry.recordedAt),
    kind: (auditKinds.indexOf(entry.kind) + 1) as WireKind,
    outcome: (auditOutcomes.indexOf(entry.outcome) + 1) as WireOutcome,
    actor: toActor(entry.actor),
    requestId: entry.requestId,
    source: entry.source,
    run: entry.run && toRun(entry.run),
    details: entry.details,
    startedSequence: entry.startedSequence,
    previousHash: fromHex(entry.previousHash),
    hash: fromHex(entry.hash),
  };
}
