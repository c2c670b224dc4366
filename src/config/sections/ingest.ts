import { availableParallelism } from "node:os";
import { byteSize, glob, integer, list, oneOf, toggle } from "../parsers.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface IngestConfig {
  readonly dryRun: boolean;
  readonly maxFileBytes: number;
  readonly embedderChange: "rebuild" | "refuse";
  /** `auto`: every source whose tree is not the indexed one, in full when nothing is indexed yet. */
  readonly onStart: "on" | "off" | "auto";
  readonly workers: number;
  readonly secretPathsExtra: readonly string[];
  readonly secretAllow: readonly string[];
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
  secretPathsExtra: optional({
    name: "KM_SECRET_PATHS_EXTRA",
    summary: "Files that are secrets too, as globs over the whole path: never read, skipped as SECRET.",
    unset: "the rules of docs/secrets.md alone",
    reason: "Only the operator knows what a house calls its secrets; these win over KM_SECRET_ALLOW.",
    parser: list(glob),
  }),
  secretAllow: optional({
    name: "KM_SECRET_ALLOW",
    summary: "Files that are no secrets although they are called so, as globs over the whole path.",
    unset: "none",
    reason: "A fixture may be called id_rsa; lines that hold a secret are blanked in it all the same.",
    parser: list(glob),
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
  return {
    ...values,
    secretPathsExtra: values.secretPathsExtra ?? [],
    secretAllow: values.secretAllow ?? [],
    workers: values.workers ?? Math.min(4, Math.max(1, availableParallelism() - 1)),
  };
}
