import type { PathIndex } from "../../../domain/graph/mod.ts";

/** Paths of all sources together that are kept between runs, about 300 bytes each. */
const mostKept = 150_000;

/** The paths of the served graphs, so that the next run need not read them anew. */
export class KnownPaths {
  readonly #kept = new Map<string, { readonly generation: number; readonly paths: PathIndex }>();

  /** Takes them out: a run changes them, and keeps them again once it has ended well. */
  take(source: string, generation: number): PathIndex | undefined {
    const kept = this.#kept.get(source);
    this.#kept.delete(source);
    return generation !== 0 && kept?.generation === generation ? kept.paths : undefined;
  }

  keep(source: string, generation: number, paths: PathIndex): void {
    this.#kept.delete(source);
    this.#kept.set(source, { generation, paths });
    let count = 0;
    // The one kept last goes last.
    for (const [name, one] of [...this.#kept].reverse()) {
      count += one.paths.size;
      if (count > mostKept) this.#kept.delete(name);
    }
  }
}
