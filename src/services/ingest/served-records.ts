import type { FileRecord } from "../../domain/mod.ts";
import type { ChunkIndex } from "../../ports/mod.ts";
import { servedPages } from "./plan-changes.ts";

/** Records held at most over all sources, about half a kilobyte each; larger sources are read anew each run. */
const mostKept = 150_000;
/** More changes than this, and reading the generation anew is as cheap as working them in. */
const mostWorkedIn = 2_000;

/** What a run put by path, undefined for what it removed. */
export type Changed = Map<string, FileRecord | undefined>;

interface Kept {
  readonly generation: number;
  /** Sorted by path. A file that stays as it is keeps its record, the same object. */
  readonly records: readonly FileRecord[];
}

/** The records of the served generations that runs compared with last, so that the next run need not read them anew. */
export class ServedRecords {
  readonly #kept = new Map<string, Kept>();

  /** The files of a generation in path order, in pages. */
  async *of(
    index: ChunkIndex,
    source: string,
    generation: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly FileRecord[]> {
    if (generation === 0) return;
    const kept = this.#kept.get(source);
    if (kept?.generation === generation) {
      yield kept.records;
      return;
    }
    this.#kept.delete(source);
    const records: FileRecord[] = [];
    for await (const page of servedPages(index, source, generation, signal)) {
      if (records.length <= mostKept) records.push(...page);
      yield page;
    }
    this.#keep(source, { generation, records });
  }

  /** The record of a path in a generation; undefined where that generation's are not held. */
  at(source: string, generation: number): ((path: string) => FileRecord | undefined) | undefined {
    const kept = this.#kept.get(source);
    if (kept?.generation !== generation) return undefined;
    return (path) => {
      const record = kept.records[placeOf(path, kept.records)];
      return record?.path === path ? record : undefined;
    };
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
    // As it comes back from the index: what JSON leaves out is left out here too.
    const plain = [...changes].map(
      ([path, record]) => [path, record && (JSON.parse(JSON.stringify(record)) as FileRecord)] as const,
    );
    this.#keep(source, { generation: next, records: workedIn(kept.records, new Map(plain)) });
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

/** Where a path stands in what is sorted by path, or would. */
export function placeOf(path: string, records: readonly { readonly path: string }[]): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.path < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A copy, sorted by path as it was, with others put in or (undefined) taken out. Copied by stretches: a few changes of very many are as few. */
export function workedIn<T extends { readonly path: string }>(
  former: readonly T[],
  changes: ReadonlyMap<string, T | undefined>,
): readonly T[] {
  const parts: (readonly T[])[] = [];
  let from = 0;
  for (const path of [...changes.keys()].sort()) {
    const at = placeOf(path, former);
    parts.push(former.slice(from, at));
    from = former[at]?.path === path ? at + 1 : at;
    const one = changes.get(path);
    if (one !== undefined) parts.push([one]);
  }
  parts.push(former.slice(from));
  return parts.flat();
}
