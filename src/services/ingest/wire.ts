import {
  type StartIngestRequest,
  PlannedAction as WireAction,
  IngestMode as WireMode,
  type PlannedFile as WirePlannedFile,
  type IngestProgress as WireProgress,
  type IngestRun as WireRun,
  type Source as WireSource,
  IngestRunState as WireState,
  IngestTrigger as WireTrigger,
} from "../../../gen/knowledge/v1/ingest_service.ts";
import { Scope as WireScope } from "../../../gen/knowledge/v1/policy.ts";
import type { IndexRevision } from "../../../gen/knowledge/v1/types.ts";
import {
  type IngestMode,
  type IngestProgress,
  type IngestRun,
  invalid,
  type PlannedAction,
  type PlannedFile,
  type Revision,
  type RunState,
  runStates,
} from "../../domain/mod.ts";

export function toDate(ms: number): Date | undefined {
  return ms === 0 ? undefined : new Date(ms);
}

export function toDuration(ms: number): { readonly seconds: number; readonly nanos: number } {
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: Math.round((ms - seconds * 1_000) * 1_000_000) };
}

const triggers: Readonly<Record<IngestRun["trigger"], WireTrigger>> = {
  rpc: WireTrigger.INGEST_TRIGGER_RPC,
  schedule: WireTrigger.INGEST_TRIGGER_SCHEDULE,
  command: WireTrigger.INGEST_TRIGGER_COMMAND,
  watch: WireTrigger.INGEST_TRIGGER_WATCH,
  start: WireTrigger.INGEST_TRIGGER_START,
};

const states: Readonly<Record<RunState, WireState>> = {
  pending: WireState.INGEST_RUN_STATE_PENDING,
  running: WireState.INGEST_RUN_STATE_RUNNING,
  succeeded: WireState.INGEST_RUN_STATE_SUCCEEDED,
  failed: WireState.INGEST_RUN_STATE_FAILED,
  cancelled: WireState.INGEST_RUN_STATE_CANCELLED,
  skipped: WireState.INGEST_RUN_STATE_SKIPPED,
  planned: WireState.INGEST_RUN_STATE_PLANNED,
};

const actions: Readonly<Record<PlannedAction, WireAction>> = {
  add: WireAction.PLANNED_ACTION_ADD,
  change: WireAction.PLANNED_ACTION_CHANGE,
  remove: WireAction.PLANNED_ACTION_REMOVE,
  skip: WireAction.PLANNED_ACTION_SKIP,
};

export function toActor({ tokenId, name, scope, peer }: IngestRun["actor"]) {
  return {
    tokenId,
    name,
    scope: scope === "maintainer" ? WireScope.SCOPE_MAINTAINER : WireScope.SCOPE_READER,
    peer,
  };
}

export function toRun(run: IngestRun): WireRun {
  return {
    runId: run.runId,
    source: run.source,
    mode: run.mode === "full" ? WireMode.INGEST_MODE_FULL : WireMode.INGEST_MODE_INCREMENTAL,
    dryRun: run.dryRun,
    trigger: triggers[run.trigger],
    actor: toActor(run.actor),
    state: states[run.state],
    skipReason: run.skipReason,
    startedAt: toDate(run.startedAt),
    finishedAt: toDate(run.finishedAt),
    commit: run.commit,
    previousCommit: run.previousCommit,
    generation: run.generation,
    embedder: run.embedder,
    files: { ...run.files },
    chunks: { ...run.chunks },
    graph: { ...run.graph },
    stages: Object.fromEntries(Object.entries(run.stages).map(([stage, ms]) => [stage, toDuration(ms)])),
    error: run.error && { ...run.error },
  };
}

export function toProgress({ run, warnings, ...progress }: IngestProgress): WireProgress {
  return { ...progress, warnings: [...warnings], run: toRun(run) };
}

export function toPlannedFile({ path, action, reason }: PlannedFile): WirePlannedFile {
  return { path, action: actions[action], reason };
}

export function toRevision({ source, generation, commit, indexedAt, dirty }: Revision): IndexRevision {
  return { source, generation, commit, indexedAt: toDate(indexedAt), dirty };
}

/** A source as it stands. */
export interface Standing {
  readonly name: string;
  readonly revision: Revision | undefined;
  readonly headCommit: string;
  readonly headDirty: boolean;
  readonly commitsBehind: number;
  readonly lastRun: IngestRun | undefined;
  readonly warnings: readonly string[];
}

/** `forReader`: without the last run's actor. */
export function toSource(standing: Standing, forReader: boolean): WireSource {
  const { revision, lastRun, warnings, ...head } = standing;
  const last = lastRun && toRun(lastRun);
  return {
    ...head,
    revision: revision && toRevision(revision),
    files: revision?.files ?? 0,
    chunks: revision?.chunks ?? 0,
    lastRun: last && (forReader ? { ...last, actor: undefined } : last),
    warnings: [...warnings],
  };
}

export function fromMode(mode: StartIngestRequest["mode"]): IngestMode {
  if (mode === WireMode.INGEST_MODE_UNSPECIFIED || mode === WireMode.INGEST_MODE_INCREMENTAL) return "incremental";
  if (mode === WireMode.INGEST_MODE_FULL) return "full";
  throw invalid("mode", "unknown; use INGEST_MODE_INCREMENTAL or INGEST_MODE_FULL");
}

export function fromState(state: WireState): RunState {
  const known = runStates.find((name) => states[name] === state);
  if (known === undefined) throw invalid("states", `${state} is no state of a run`);
  return known;
}
