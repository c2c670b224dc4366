import { availableParallelism } from "node:os";
import { byteSize, integer, oneOf, toggle } from "../parsers.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface IngestConfig {
  readonly dryRun: boolean;
  readonly maxFileBytes: number;
  readonly embedderChange: "rebuild" | "refuse";
  /** `auto`: every source whose tree is not the indexed one, in full when nothing is indexed yet. */
  readonly onStart: "on" | "off" | "auto";
  readonly workers: number;
}

export const ingestVariables = {
  dryRun: variable({
    name: "KM_INGEST_DRY_RUN",
    summary: "Every run only plans and reports; the index is not touched.",
    default: "off",
    reason: "A gateway is started to serve an index.",
    parser: toggle,
  }),
  maxFileBytes: variable({
    name: "KM_INGEST_MAX_FILE_BYTES",
    summary: "Larger files are skipped with the reason TOO_LARGE.",
    default: "1MiB",
    reason: "People write no larger ones; bundles, dumps and fixtures are, and would push out what was asked for.",
    parser: byteSize(1_024, 64 * 1_048_576),
  }),
  embedderChange: variable({
    name: "KM_EMBEDDER_CHANGE",
    summary: "What a run does when the embedder is not the one the index was written with.",
    default: "rebuild",
    reason: "Vectors of two embedders can't be compared; rebuilding is what an upgrade means.",
    parser: oneOf("rebuild", "refuse"),
  }),
  onStart: variable({
    name: "KM_INGEST_ON_START",
    summary: "Whether a start ingests: on always, off never, auto when a source is not indexed as it now is.",
    default: "auto",
    reason: "A first start ends with answers, and a restart costs nothing when nothing changed.",
    parser: oneOf("auto", "on", "off"),
  }),
  workers: optional({
    name: "KM_INGEST_WORKERS",
    summary: "Threads that parse and cut files.",
    unset: "one less than there are cores, from 1 to 4",
    reason: "One core stays with the callers; beyond four the single writer is the limit.",
    parser: integer(1, 64),
  }),
};

export function ingestConfig(values: Values<typeof ingestVariables>): IngestConfig {
  return { ...values, workers: values.workers ?? Math.min(4, Math.max(1, availableParallelism() - 1)) };
}
