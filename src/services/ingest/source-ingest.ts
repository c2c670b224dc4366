import type { Lease, Source } from "../../ports/mod.ts";
import type { IngestParts } from "./ingest-parts.ts";
import type { Rules } from "./ingest-settings.ts";
import type { KeptBetweenRuns } from "./kept-between-runs.ts";
import type { LiveRun } from "./live-run.ts";

/** One run over one source, with all it needs. */
export interface SourceIngest {
  readonly parts: IngestParts;
  readonly source: Source;
  readonly live: LiveRun;
  readonly lease: Lease;
  readonly startedSequence: number;
  readonly rules: Rules;
  readonly kept: KeptBetweenRuns;
  /** Nothing else changed, as far as who asks for the run knows; undefined: anything may have. */
  readonly paths: readonly string[] | undefined;
}
