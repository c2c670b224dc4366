import { type FileView, familyOfPath, isMember, isNameable } from "./file-view.ts";
import type { Context } from "./names/mod.ts";
import { folderOf } from "./path-index.ts";

/**
 * A name with more definitions than this gives no possible edge: what might mean any of six things says nothing, and
 * names such as `get` would tie everything to everything.
 */
export const mostCandidates = 5;

/** Definitions of the same name that a mention may mean: none when there are too many. In path and file order. */
export async function candidates(
  { lookups }: Context,
  view: FileView,
  name: string,
  asMember: boolean,
): Promise<readonly string[]> {
  const files = (await lookups.definers(name)).filter((path) => familyOfPath(path) === view.family);
  if (files.length > mostCandidates) return [];
  const ids: string[] = [];
  const names = new Set<string>();
  for (const path of files) {
    const other = await lookups.view(path);
    for (const n of other?.byName.get(name) ?? []) {
      const definition = other!.definitions[n]!;
      if (isMember(definition) !== asMember || !isNameable(other!.definitions, n)) continue;
      const near = path === view.path || (view.family === "go" && folderOf(path) === folderOf(view.path));
      if (!definition.exported && !near) continue;
      // Members are called; a field or a nested type of that name is not what a dot most often leads to.
      if (asMember && definition.kind !== "method" && definition.kind !== "function") continue;
      ids.push(definition.id);
      names.add(`${path}\n${definition.qualifiedName}`);
    }
  }
  return names.size > mostCandidates ? [] : ids;
}
