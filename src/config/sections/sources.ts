import { basename, delimiter, isAbsolute } from "node:path";
import { absolute, list, namedPath, path, toggle } from "../parsers.ts";
import type { Problems } from "../problems.ts";
import { optional, type Values, variable } from "../variable.ts";

export interface NamedSource {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface SourcesConfig {
  readonly sources: readonly NamedSource[];
  readonly indexUntracked: boolean;
  /** Folders to find `git` in, as PATH has them; absent: the usual ones. */
  readonly searchPath?: string;
}

export const sourcesVariables = {
  sources: optional({
    name: "KM_SOURCES",
    summary: "What is indexed, as name=path[,name=path…].",
    unset: "KM_REPO_PATH, else the working directory",
    reason: "Only what the operator names is ever read.",
    parser: list(namedPath),
  }),
  repoPath: optional({
    name: "KM_REPO_PATH",
    summary: "The one repository to index; the source is named after its folder.",
    unset: "the working directory, unless KM_SOURCES is set",
    reason: "A first start indexes the repository it stands in.",
    parser: path,
  }),
  indexUntracked: variable({
    name: "KM_INDEX_UNTRACKED",
    summary: "Whether files that Git does not track (and does not ignore) are indexed too.",
    default: "off",
    reason: "What is not committed may be private; the reply then says that the tree is dirty.",
    parser: toggle,
  }),
};

export function sourcesConfig(values: Values<typeof sourcesVariables>, cwd: string, problems: Problems): SourcesConfig {
  if (values.sources && values.repoPath !== undefined) {
    problems.add("KM_REPO_PATH", "is set beside KM_SOURCES; set one of the two");
  }
  const repository = absolute(values.repoPath ?? ".", cwd);
  const named = values.sources ?? [{ name: sourceName(repository), path: repository }];
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) problems.add("KM_SOURCES", `two sources are named '${name}'; give each a name of its own`);
    seen.add(name);
  }
  return {
    sources: named.map((source) => ({ name: source.name, path: absolute(source.path, cwd) })),
    indexUntracked: values.indexUntracked,
  };
}

/**
 * The operator's own PATH, so that Git is found wherever they have it; without its relative folders, which would
 * be looked up in the repository that is being read.
 */
export function searchPath(pathVariable: string | undefined): { readonly searchPath?: string } {
  const folders = (pathVariable ?? "").split(delimiter).filter(isAbsolute);
  return folders.length > 0 ? { searchPath: folders.join(delimiter) } : {};
}

/** The folder's name, lower-cased, with everything a name may not hold turned into '-'. */
function sourceName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" || /^\.+$/.test(name) ? "repository" : name;
}
