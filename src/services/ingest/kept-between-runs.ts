import type { Meter } from "../../ports/mod.ts";
import type { Agreed } from "./agreed.ts";
import { Classifiers } from "./classifiers.ts";
import type { Classifier } from "./classify.ts";
import { FilesWaiting } from "./files-waiting.ts";
import { KnownPaths } from "./graph/known-paths.ts";
import { Scopes } from "./scopes.ts";
import { ServedRecords } from "./served-records.ts";

/** What the runs of one process leave for each other. */
export interface KeptBetweenRuns {
  readonly records: ServedRecords;
  readonly classifiers: Classifiers;
  readonly graphPaths: KnownPaths;
  /** What the last plan of a source found to be as it is served, as long as what judged it is kept. */
  readonly agreed: WeakMap<Classifier, Agreed>;
  readonly filesWaiting: FilesWaiting;
  readonly scopes: Scopes;
}

export function keptBetweenRuns(meter: Meter): KeptBetweenRuns {
  return {
    records: new ServedRecords(),
    classifiers: new Classifiers(),
    graphPaths: new KnownPaths(),
    agreed: new WeakMap(),
    filesWaiting: new FilesWaiting(meter),
    scopes: new Scopes(),
  };
}
