import type { IngestRun, NewAuditEntry, Revision } from "../../src/domain/mod.ts";
import { insider } from "../../src/domain/mod.ts";

export const never = new AbortController().signal;

function actor() {
  const { tokenId, name, scope, peer } = insider("command");
  return { tokenId, name, scope, peer };
}

/** A run with nothing special in it. */
export function sampleRun(change: Partial<IngestRun> = {}): IngestRun {
  return {
    runId: "run-1",
    source: "docs",
    mode: "incremental",
    dryRun: false,
    trigger: "rpc",
    actor: actor(),
    requestId: "request-1",
    state: "running",
    skipReason: "",
    startedAt: 1_767_225_600_000,
    finishedAt: 0,
    commit: "c0ffee",
    previousCommit: "",
    generation: 0,
    embedder: "hashed/384",
    files: { discovered: 3, added: 1, changed: 1, removed: 1, unchanged: 0, skipped: 0 },
    chunks: { written: 2, removed: 1, reused: 1, total: 9 },
    graph: { nodes: 0, edges: 0 },
    stages: { listing: 12 },
    error: undefined,
    reason: "because 'quotes' and ünïcode",
    ...change,
  };
}

export function sampleEntry(change: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    kind: "ingest-run",
    outcome: "started",
    actor: actor(),
    requestId: "request-1",
    source: "docs",
    run: sampleRun(),
    details: { note: "x" },
    startedSequence: 0,
    ...change,
  };
}

export function sampleRevision(change: Partial<Revision> = {}): Revision {
  return {
    source: "docs",
    generation: 10,
    commit: "c0ffee",
    indexedAt: 1_767_225_600_000,
    dirty: false,
    fingerprint: "hashed/384",
    configuration: "cafe",
    files: 3,
    chunks: 9,
    ...change,
  };
}

/** The code and reason of the Fault that `work` rejects with. */
export async function faultOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const { code, reason } = error as { code?: string; reason?: string };
    return `${code} ${reason}`;
  }
  return "no fault";
}
