import type { IngestRun } from "../../domain/mod.ts";
import type { IngestOrder } from "../../ports/mod.ts";
import { fingerprintOf, type IngestParts } from "./ingest-parts.ts";

/** A run as it is asked for, before anything of it was done. */
export function newRun(
  order: IngestOrder,
  source: string,
  parts: Pick<IngestParts, "clock" | "embedder" | "parser">,
  dryRun: boolean,
): IngestRun {
  const { mode, trigger, actor, requestId, reason } = order;
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0, skipped: 0 };
  return {
    runId: parts.clock.uuid(),
    source,
    mode,
    dryRun: order.dryRun || dryRun,
    trigger,
    actor,
    requestId,
    state: "pending",
    skipReason: "",
    startedAt: parts.clock.now(),
    finishedAt: 0,
    commit: "",
    previousCommit: "",
    generation: 0,
    embedder: fingerprintOf(parts),
    files: { discovered: 0, ...counts },
    chunks: { written: 0, removed: 0, reused: 0, total: 0 },
    graph: { nodes: 0, edges: 0 },
    stages: {},
    error: undefined,
    reason,
  };
}
