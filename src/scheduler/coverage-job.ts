import { Fault } from "../domain/mod.ts";
import type { Coverage, Sources, Telemetry } from "../ports/mod.ts";
import type { Job, TickResult } from "./job.ts";

export interface CoverageJobParts {
  readonly coverage: Pick<Coverage, "generate">;
  readonly sources: Sources;
  readonly telemetry: Pick<Telemetry, "log">;
}

/** A coverage report of every source, one after the other. `dryRun`: none, since nothing may be written. */
export function coverageJob({ coverage, sources, telemetry }: CoverageJobParts, dryRun: boolean): Job {
  return {
    name: "coverage",
    kind: "coverage-report",
    async begin({ actor, requestId }, signal) {
      const work = async (): Promise<TickResult> => {
        if (dryRun) return { outcome: "SKIPPED", reason: "DRY_RUN" };
        let written = 0;
        let failed = "";
        for (const { name } of sources.all()) {
          try {
            await coverage.generate(name, actor, requestId, signal);
            written += 1;
          } catch (error) {
            if (signal.aborted) return { outcome: "INTERRUPTED", reason: "SHUTDOWN" };
            if (error instanceof Fault && error.reason === "NOT_INDEXED") continue;
            failed ||= error instanceof Fault ? error.reason : "INTERNAL";
            telemetry.log.error({ err: error, source: name }, "the nightly coverage report could not be written");
          }
        }
        if (failed !== "") return { outcome: "FAILED", reason: failed };
        return written > 0 ? { outcome: "SUCCEEDED", reason: "" } : { outcome: "SKIPPED", reason: "NOTHING_INDEXED" };
      };
      return { runs: [], ended: work() };
    },
  };
}
