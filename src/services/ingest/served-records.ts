import { setImmediate } from "node:timers/promises";
import type { FileRecord } from "../../domain/mod.ts";
import type { ChunkIndex } from "../../ports/mod.ts";
import { servedFiles } from "./plan-changes.ts";

/** Records handed out at a go: few enough that comparing them never holds up a call being served. */
const pageOf = 2_000;
/** Records held at most over all sources, about half a kilobyte each; larger sources are read anew each run. */
const mostKept = 50_000;
/** More changes than this, and reading the generation anew is as cheap as working them in. */
const mostWorkedIn = 2_000;

/** What a run put by path, undefined for what it removed. */
export type Changed = Map<string, FileRecord | undefined>;

interface Kept {
  readonly generation: number;
  /** Sorted by path. */
  readonly records: readonly FileRecord[];
}

/** The records of the served generations that runs compared with last, so that the next run need not read them anew. */
export class ServedRecords {
  readonly #kept = new Map<string, Kept>();

  /** The files of a generation in path order. */
  async *of(index: ChunkIndex, source: string, generation: number, signal: AbortSignal): AsyncGenerator<FileRecord> {
    if (generation === 0) return;
    const kept = this.#kept.get(source);
    if (kept?.generation === generation) {
      for (let at = 0; at < kept.records.length; at += pageOf) {
        if (at > 0) await setImmediate();
        yield* kept.records.slice(at, at + pageOf);
      }
      return;
    }
    this.#kept.delete(source);
    const records: FileRecord[] = [];
    for await (const record of servedFiles(index, source, generation, signal)) {
      if (records.length <= mostKept) records.push(record);
      yield record;
    }
    this.#keep(source, { generation, records });
  }

  /** Collects what a run of so many changes puts; undefined where that is not worth its memory. */
  static changes(count: number): Changed | undefined {
    return count > mostWorkedIn ? undefined : new Map();
  }

  /** A run made `next` from `base` with these changes. */
  moved(source: string, base: number, next: number, changes: Changed | undefined): void {
    const kept = this.#kept.get(source);
    this.#kept.delete(source);
    if (kept?.generation !== base || changes === undefined) return;
    const records = kept.records.filter(({ path }) => !changes.has(path));
    // As they come back from the index: what JSON leaves out is left out here too.
    for (const record of changes.values()) if (record) records.push(JSON.parse(JSON.stringify(record)) as FileRecord);
    records.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    this.#keep(source, { generation: next, records });
  }

  #keep(source: string, kept: Kept): void {
    this.#kept.set(source, kept);
    let count = 0;
    // The one kept last goes last.
    for (const [name, { records }] of [...this.#kept].reverse()) {
      count += records.length;
      if (count > mostKept) this.#kept.delete(name);
    }
  }
}
