import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";

/** Names of files that say how other paths are listed. */
const governingNames = new Set([".gitignore", ".gitattributes", ".gitmodules", ".gatewayignore"]);

/** Whether what a file says decides over other paths than its own. */
export function governsOthers(path: string): boolean {
  return governingNames.has(path.slice(path.lastIndexOf("/") + 1));
}

/** What tells that a repository's files outside the source's own tree are as they were. */
export interface Stamps {
  /** Of settings and rules that no event in the tree tells of. */
  readonly settings: string;
  /** Of what is staged. */
  readonly index: string;
}

/**
 * Looks at a repository's own files without starting Git. Undefined where the repository lies elsewhere (a linked work
 * tree, a submodule): its files are then not looked for.
 */
export function repositoryStamps(root: string, prefix: string): Stamps | undefined {
  const stamps: string[] = [];
  let top = root;
  for (let depth = prefix.split("/").length - 1; depth > 0; depth -= 1) {
    top = dirname(top);
    stamps.push(stampOf(join(top, ".gitignore")), stampOf(join(top, ".gitattributes")));
  }
  const git = join(top, ".git");
  if (!lstatSync(git, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  for (const name of ["config", "config.worktree", "info/exclude", "info/attributes", "info/grafts", "shallow"])
    stamps.push(stampOf(join(git, name)));
  return { settings: stamps.join(" "), index: stampOf(join(git, "index")) };
}

/** Changes with every write of the file, as Git's own index does. "-" where there is none. */
export function stampOf(path: string): string {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "-" : `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}
