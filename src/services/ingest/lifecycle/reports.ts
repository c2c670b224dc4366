import { type At, type Principal, revisionsOfPage } from "../../../domain/mod.ts";
import type { ChunkIndex, Clock, Coverage, GraphStore, Revisions } from "../../../ports/mod.ts";
import { knownFiles, SourceGraph } from "./source-graph.ts";
import { type StaleDoc, staleDocs } from "./stale-docs.ts";
import { untestedSubsystems } from "./untested-subsystems.ts";

export interface LifecycleParts {
  readonly index: ChunkIndex;
  readonly graph: GraphStore;
  readonly coverage: Pick<Coverage, "reports">;
  readonly clock: Clock;
  readonly state: { readonly revisions: Pick<Revisions, "readable"> };
}

/** What is found out of a generation once; orphans are read a page at a time, since there can be very many. */
export interface LifecycleReport {
  /** Unix ms. */
  readonly generatedAt: number;
  readonly stale: readonly StaleDoc[];
  readonly untested: readonly string[];
  /** What the generation before had, sorted. */
  readonly removed: readonly string[];
  /** Paths of tests: what stands in them is used by their runner. */
  readonly tests: ReadonlySet<string>;
}

/** Reports kept for their next pages. */
const mostKept = 8;

/** Makes lifecycle reports, and keeps those asked for last: a generation never changes, so neither does its report. */
export class LifecycleReports {
  readonly #parts: LifecycleParts;
  readonly #kept = new Map<string, LifecycleReport>();

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** @throws Fault `conflict` with reason GENERATION_EXPIRED when its rows may be gone. */
  async of({ source, generation }: At, principal: Principal, signal: AbortSignal): Promise<LifecycleReport> {
    const { revisions } = this.#parts.state;
    const key = `${source}\n${generation}`;
    const report = this.#kept.get(key) ?? (await this.#make({ source, generation }, signal));
    // Rows that were swept while they were read would be missing from it.
    revisionsOfPage([{ source, generation }], principal, (at) => revisions.readable(at));
    this.#kept.delete(key);
    this.#kept.set(key, report);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    return report;
  }

  async #make(at: At, signal: AbortSignal): Promise<LifecycleReport> {
    const { index, graph: store, coverage, clock } = this.#parts;
    const generatedAt = clock.now();
    const files = await knownFiles(index, at, signal);
    const graph = new SourceGraph(store, at, signal);
    const stale = await staleDocs(graph, files);
    const untested = await untestedSubsystems(graph, files);
    const removed = new Set<string>();
    // Of several reports on one generation the first says what it removed.
    for (const { revision, summary } of await coverage.reports(at.source, signal))
      if (revision.generation === at.generation) for (const path of summary.removedPaths) removed.add(path);
    const tests = [...files].flatMap(([path, { artifactType }]) => (artifactType === "test" ? path : []));
    return { generatedAt, stale, untested, removed: [...removed].sort(), tests: new Set(tests) };
  }
}
