import type { Collections } from "./collections.ts";
import { all, is, type Seen, visible } from "./filters.ts";
import type { Points } from "./points.ts";

/** Paths that a generation shows, in the order of their code units, with the point that holds each file. */
export interface FileTable {
  readonly paths: readonly string[];
  readonly ids: ReadonlyMap<string, string>;
}

/** Paths kept in memory over all tables: about 200 bytes each. */
const mostPaths = 400_000;

/** File tables by generation, the latest used kept: a listing and a glob walk the same one many times. */
export class FileTables {
  readonly #points: Points;
  readonly #collections: Collections;
  readonly #kept = new Map<string, FileTable>();

  constructor(points: Points, collections: Collections) {
    this.#points = points;
    this.#collections = collections;
  }

  async at(seen: Seen, signal: AbortSignal): Promise<FileTable> {
    const { source, generation } = seen;
    const key = `${generation}\0${source}`;
    const table = this.#kept.get(key) ?? (await this.#read(seen, signal));
    this.#kept.delete(key);
    this.#kept.set(key, table);
    let paths = 0;
    for (const { paths: held } of this.#kept.values()) paths += held.length;
    for (const [oldest, { paths: held }] of this.#kept) {
      if (paths <= mostPaths || oldest === key) break;
      this.#kept.delete(oldest);
      paths -= held.length;
    }
    return table;
  }

  forget(source: string): void {
    for (const key of this.#kept.keys()) if (key.endsWith(`\0${source}`)) this.#kept.delete(key);
  }

  async #read(seen: Seen, signal: AbortSignal): Promise<FileTable> {
    const filter = all(is("kind", "file"), ...visible(seen));
    const ids = new Map<string, string>();
    for await (const page of this.#points.scroll(this.#collections.catalogue, filter, ["path"], signal)) {
      for (const { id, payload } of page) ids.set(payload["path"] as string, id);
    }
    return { paths: [...ids.keys()].sort(), ids };
  }
}

/** Where the paths past this one begin. */
export function firstAfter(paths: readonly string[], path: string): number {
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((paths[middle] as string) <= path) low = middle + 1;
    else high = middle;
  }
  return low;
}
