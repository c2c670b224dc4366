import { Classifiers } from "./classifiers.ts";
import { ServedRecords } from "./served-records.ts";

/** What the runs of one process leave for each other. */
export interface KeptBetweenRuns {
  readonly records: ServedRecords;
  readonly classifiers: Classifiers;
}

export function keptBetweenRuns(): KeptBetweenRuns {
  return { records: new ServedRecords(), classifiers: new Classifiers() };
}
