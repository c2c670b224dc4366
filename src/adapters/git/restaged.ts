import type { IndexEntry } from "./parse-git.ts";

/** Paths whose entry in Git's index came, went or is another; undefined when there are more than `most`. */
export function restaged(
  before: readonly IndexEntry[],
  after: readonly IndexEntry[],
  most: number,
): readonly string[] | undefined {
  let start = 0;
  while (start < before.length && start < after.length && same(before[start]!, after[start]!)) start += 1;
  let end = 0;
  const shared = Math.min(before.length, after.length) - start;
  while (end < shared && same(before[before.length - end - 1]!, after[after.length - end - 1]!)) end += 1;
  const left = new Map(before.slice(start, before.length - end).map((entry) => [entry.path, entry]));
  const paths: string[] = [];
  for (const entry of after.slice(start, after.length - end)) {
    const former = left.get(entry.path);
    left.delete(entry.path);
    if (former === undefined || !same(former, entry)) paths.push(entry.path);
    if (paths.length > most) return undefined;
  }
  paths.push(...left.keys());
  return paths.length > most ? undefined : paths;
}

function same(a: IndexEntry, b: IndexEntry): boolean {
  if (a === b) return true;
  const { path, valid, mode, blob, unmerged, watched } = a;
  return (
    path === b.path &&
    blob === b.blob &&
    mode === b.mode &&
    valid === b.valid &&
    unmerged === b.unmerged &&
    watched === b.watched
  );
}
