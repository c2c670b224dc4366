import type { Principal } from "./principal.ts";

export type IngestMode = "incremental" | "full";
export type IngestTrigger = "rpc" | "schedule" | "command" | "watch" | "start";
export const runStates = ["pending", "running", "succeeded", "failed", "cancelled", "skipped", "planned"] as const;
export type RunState = (typeof runStates)[number];

/** In their order; each run is timed by them. */
export const ingestStages = [
  "waiting",
  "listing",
  "planning",
  "indexing",
  "linking",
  "committing",
  "sweeping",
] as const;
export type IngestStage = (typeof ingestStages)[number];

export function isOver(state: RunState): boolean {
  return state !== "pending" && state !== "running";
}

export interface FileCounts {
  readonly discovered: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly skipped: number;
}

export interface ChunkCounts {
  readonly written: number;
  readonly removed: number;
  /** Written without embedding again. */
  readonly reused: number;
  readonly total: number;
}

export interface GraphCounts {
  readonly nodes: number;
  readonly edges: number;
}

export interface RunError {
  readonly reason: string;
  readonly message: string;
  readonly stage: string;
  readonly path: string;
}

/** One run over one source, from request to end. Times are Unix ms, 0 when not yet. */
export interface IngestRun {
  readonly runId: string;
  readonly source: string;
  readonly mode: IngestMode;
  readonly dryRun: boolean;
  readonly trigger: IngestTrigger;
  readonly actor: Pick<Principal, "tokenId" | "name" | "scope" | "peer">;
  readonly requestId: string;
  readonly state: RunState;
  readonly skipReason: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly commit: string;
  readonly previousCommit: string;
  /** The generation it committed; 0 when it committed none. */
  readonly generation: number;
  readonly embedder: string;
  readonly files: FileCounts;
  readonly chunks: ChunkCounts;
  readonly graph: GraphCounts;
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
  readonly error: RunError | undefined;
  readonly reason: string;
}

export type PlannedAction = "add" | "change" | "remove" | "skip";

export interface PlannedFile {
  readonly path: string;
  readonly action: PlannedAction;
  readonly reason: string;
}

/** One step of a run as watchers see it; `sequence` grows by one within a run. */
export interface IngestProgress {
  readonly sequence: number;
  readonly stage: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly chunksDone: number;
  readonly bytesDone: number;
  readonly currentPath: string;
  readonly warnings: readonly string[];
  readonly run: IngestRun;
}
