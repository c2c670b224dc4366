import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";

/** In the order in which they are held. */
const stores = ["state.db", "index/index.db", "graph/graph.db"];
/** A generation would have to be superseded and swept between two looks: its grace is minutes. */
const attempts = 3;

export interface Held {
  /** Generations that job state names as served. */
  readonly served: Readonly<Record<string, number>>;
  /** By path in the state directory. */
  readonly held: Map<string, Snapshot>;
}

/**
 * Job state first, then the stores whose rows its generations name.
 * @throws Fault `unavailable` when they were swept between two looks, again and again.
 */
export function holdStores(statePath: string): Held {
  const held = new Map<string, Snapshot>();
  const release = () => {
    for (const snapshot of held.values()) snapshot.close();
    held.clear();
  };
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      for (const path of stores) {
        const snapshot = openSnapshot(join(statePath, path));
        if (snapshot !== undefined) held.set(path, snapshot);
      }
      const state = held.get("state.db");
      const served = state === undefined ? [] : generations(state, "SELECT source, generation FROM revision");
      if (stillNamed(join(statePath, "state.db"), served)) return { served: Object.fromEntries(served), held };
      release();
    }
  } catch (error) {
    release();
    throw error;
  }
  throw new Fault(
    "unavailable",
    "the generations that are served were swept meanwhile: raise KM_GENERATION_GRACE, or run the backup between ingests",
  );
}

type Generations = readonly (readonly [source: string, generation: number])[];

function generations({ db }: Snapshot, question: string): Generations {
  return db
    .sql(question)
    .all([])
    .map(([source, generation]) => [String(source), Number(generation)] as const);
}

/** Rows go only after job state has forgotten the last generation that sees them: what it names now was there before. */
function stillNamed(file: string, served: Generations): boolean {
  const state = openSnapshot(file);
  if (state === undefined) return served.length === 0;
  try {
    const question = "SELECT source, generation FROM revision UNION ALL SELECT source, generation FROM superseded";
    const known = new Set(generations(state, question).map(([source, generation]) => `${generation} ${source}`));
    return served.every(([source, generation]) => known.has(`${generation} ${source}`));
  } finally {
    state.close();
  }
}
