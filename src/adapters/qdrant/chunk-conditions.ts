import { globMatcher } from "../../domain/discovery/mod.ts";
import type { ChunkFilter } from "../../ports/mod.ts";
import type { FileTables } from "./file-table.ts";
import { all, among, any, type Condition, type Filter, type Seen, visible, within } from "./filters.ts";
import { coverPaths } from "./path-cover.ts";

/** Whether the filter lets everything through. */
export function isOpen(filter: ChunkFilter): boolean {
  return Object.values(filter).every((values) => values === 0 || (Array.isArray(values) && values.length === 0));
}

/** Compiles the globs. @throws Fault invalid for one that can't be used */
export function globsOf(filter: ChunkFilter): readonly ((path: string) => boolean)[] {
  return filter.pathGlobs.map((glob) => globMatcher(glob));
}

/** What the engine is asked of the rows of one generation; undefined when none can match. */
export async function chunkConditions(
  at: Seen,
  filter: ChunkFilter,
  tables: FileTables,
  signal: AbortSignal,
): Promise<Filter | undefined> {
  const must: Condition[] = visible(at);
  const field = (key: string, values: readonly string[]): void => {
    if (values.length > 0) must.push(among(key, values));
  };
  field("type", filter.artifactTypes);
  field("language", filter.languages);
  field("subsystem", filter.subsystems);
  field("tags", filter.tags);
  field("kinds", filter.symbolKinds);
  if (filter.updatedAfter !== 0) must.push(within("updated", { gt: filter.updatedAfter }));
  const tests: ((path: string) => boolean)[] = [];
  // A prefix that ends with its folder is in the index of ancestors; any other is looked up among the paths.
  if (filter.pathPrefixes.every((prefix) => prefix.endsWith("/"))) field("ancestors", filter.pathPrefixes);
  else tests.push((path) => filter.pathPrefixes.some((prefix) => path.startsWith(prefix)));
  const globs = globsOf(filter);
  if (globs.length > 0) tests.push((path) => globs.some((matches) => matches(path)));
  if (tests.length > 0) {
    const { paths } = await tables.at(at, signal);
    const chosen = new Set(paths.filter((path) => tests.every((passes) => passes(path))));
    if (chosen.size === 0) return undefined;
    const cover = coverPaths(paths, chosen);
    const either = [
      ...(cover.folders.length > 0 ? [among("ancestors", cover.folders)] : []),
      ...(cover.paths.length > 0 ? [among("path", cover.paths)] : []),
    ];
    must.push(either.length === 1 ? either[0]! : any(...either));
  }
  return all(...must);
}
