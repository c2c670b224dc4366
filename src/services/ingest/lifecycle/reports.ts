import { type At, type Principal, revisionsOfPage } from "../../../domain/mod.ts";
import type { ChunkIndex, Clock, Coverage, GraphStore, Revisions } from "../../../ports/mod.ts";
import { findOrphans, type OrphanPage } from "./find-orphans.ts";
import { SharedWork } from "./shared-work.ts";
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

/** Makes lifecycle reports, each once: a generation never changes, so neither does its report. */
export class LifecycleReports {
  readonly #parts: LifecycleParts;
  readonly #work: SharedWork;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    this.#work = new SharedWork(parts.clock);
  }

  /** @throws Fault `conflict` with reason GENERATION_EXPIRED when its rows may be gone; else as `SharedWork` does */
  async of({ source, generation }: At, principal: Principal, signal: AbortSignal): Promise<LifecycleReport> {
    const { revisions } = this.#parts.state;
    const key = `${source}\n${generation}`;
    const report = await this.#work.of(key, (during) => this.#make({ source, generation }, during), signal);
    // Rows that were swept while they were read would be missing from it.
    revisionsOfPage([{ source, generation }], principal, (at) => revisions.readable(at));
    return report;
  }

  /** A page of what nothing refers to, from a position on; of a store on a server that is a search of its own. */
  orphans(
    { source, generation }: At,
    { tests }: LifecycleReport,
    offset: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<OrphanPage> {
    const at = { source, generation };
    const find = (during: AbortSignal) => findOrphans(this.#parts.graph, at, offset, limit, tests, during);
    return this.#work.of(`${source}\n${generation}\n${offset}\n${limit}`, find, signal);
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
