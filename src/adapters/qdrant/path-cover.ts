import { ancestors } from "./chunk-row.ts";

export interface PathCover {
  /** Folders, with their slash, all of whose files are meant. */
  readonly folders: readonly string[];
  readonly paths: readonly string[];
}

/** The fewest folders and paths that mean the chosen paths and no others: a filter of thousands becomes a few. */
export function coverPaths(paths: readonly string[], chosen: ReadonlySet<string>): PathCover {
  const left = new Map<string, number>();
  for (const path of paths) {
    const outside = chosen.has(path) ? 0 : 1;
    for (const folder of ancestors(path)) left.set(folder, (left.get(folder) ?? 0) + outside);
  }
  const folders = new Set<string>();
  const alone: string[] = [];
  for (const path of chosen) {
    const whole = ancestors(path).find((folder) => left.get(folder) === 0);
    if (whole === undefined) alone.push(path);
    else folders.add(whole);
  }
  return { folders: [...folders], paths: alone };
}
