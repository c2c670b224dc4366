import type { Pace } from "../pace.ts";

/** Folders that hold parts rather than being one: the part is what lies in them. */
const containers = new Set([
  "src",
  "source",
  "sources",
  "lib",
  "libs",
  "packages",
  "pkg",
  "apps",
  "services",
  "adapters",
  "crates",
  "modules",
  "components",
  "plugins",
  "cmd",
  "internal",
  "projects",
  "main",
  "java",
  "kotlin",
  "scala",
  "python",
]);

const packageRoot = /(?:^|\/)(?:java|kotlin|scala|groovy)\//;

/** The folder that a file is a part of by the tree's structure; "" for files at the root. */
export interface FolderParts {
  of(path: string): string;
  /** What of the whole tree the answer depends on. */
  readonly passed: readonly string[];
}

/**
 * A part is the first folder that is not a container ("src", "packages"); in a tree of Java packages also not one
 * that only leads to others ("com", "acme").
 */
export async function folderParts(paths: readonly string[], pace: Pace): Promise<FolderParts> {
  /** By folder with closing slash: its one subfolder, or "" when there is more in it. */
  const only = new Map<string, string>();
  for (const path of paths) {
    for (let at = path.indexOf("/"), from = 0; ; from = at + 1, at = path.indexOf("/", from)) {
      const folder = path.slice(0, from);
      const child = at < 0 ? "" : path.slice(from, at);
      const known = only.get(folder);
      if (known === undefined) only.set(folder, child);
      else if (known !== child) only.set(folder, "");
      if (at < 0) break;
    }
    const pause = pace();
    if (pause !== undefined) await pause;
  }
  const passed = new Set<string>();
  const branches = new Set<string>();
  for (const [folder, child] of only) if (child !== "" && packageRoot.test(folder)) passed.add(folder);
  const holdFiles = new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1)));
  // Where the chain first branches into packages, they are the parts; "com.acme" itself holds nothing.
  for (const [folder, child] of only) {
    if (child === "" && !holdFiles.has(folder) && packageRoot.test(folder) && chained(folder, passed))
      branches.add(folder);
  }
  for (const folder of branches) passed.add(folder);
  return {
    passed: [...passed].sort(),
    of(path) {
      let end = path.indexOf("/");
      if (end < 0) return "";
      for (let from = 0; ; ) {
        const next = path.indexOf("/", end + 1);
        const leads = containers.has(path.slice(from, end).toLowerCase()) || passed.has(path.slice(0, end + 1));
        if (next < 0 || !leads) return path.slice(0, end);
        from = end + 1;
        end = next;
      }
    },
  };
}

/** Whether every folder from the package root down to this one only leads to the next. */
function chained(folder: string, passed: ReadonlySet<string>): boolean {
  for (let end = folder.lastIndexOf("/", folder.length - 2); end > 0; end = folder.lastIndexOf("/", end - 1)) {
    const parent = folder.slice(0, end + 1);
    if (!packageRoot.test(parent) || /(?:^|\/)(?:java|kotlin|scala|groovy)\/$/.test(parent)) return true;
    if (!passed.has(parent)) return false;
  }
  return true;
}
