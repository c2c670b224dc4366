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
 * whose only content is a single folder ("com", "acme").
 */
export function folderParts(paths: readonly string[]): FolderParts {
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
  }
  const passed = new Set<string>();
  for (const [folder, child] of only) if (child !== "" && packageRoot.test(folder)) passed.add(folder);
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
