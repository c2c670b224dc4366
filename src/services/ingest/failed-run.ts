import { Fault, type IngestRun } from "../../domain/mod.ts";
import { AtPath, errorOf } from "./at-path.ts";
import type { LiveRun } from "./live-run.ts";

/** How a run ends that an error or a stop broke off. */
export function failed(one: LiveRun, error: unknown): IngestRun {
  const { stage } = one;
  const cancelled = one.signal.aborted && one.signal.reason instanceof Fault && one.signal.reason.code === "cancelled";
  const told = errorOf(one.signal.aborted ? one.signal.reason : error, stage);
  const path = error instanceof AtPath && !cancelled ? error.path : "";
  if (!cancelled)
    one.log.error({ ...one.trace, err: error, stage, path }, "ingest failed; the generation before it is served");
  return one.end({ state: cancelled ? "cancelled" : "failed", generation: 0, error: { ...told, path } });
}
