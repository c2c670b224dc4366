import { Classifiers } from "./classifiers.ts";
import { KnownPaths } from "./graph/known-paths.ts";
import { ServedRecords } from "./served-records.ts";

/** What the runs of one process leave for each other. */
export interface KeptBetweenRuns {
  readonly records: ServedRecords;
  readonly classifiers: Classifiers;
  readonly graphPaths: KnownPaths;
}

export function keptBetweenRuns(): KeptBetweenRuns {
  return { records: new ServedRecords(), classifiers: new Classifiers(), graphPaths: new KnownPaths() };
}
