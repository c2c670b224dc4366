import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Real trees from npm packages at pinned versions. Sizes (of what a package ships, before discovery leaves out
 * generated files) are in docs/benchmarks.md.
 */
export const packages = {
  small: ["express@5.2.1", "redux@5.0.1"],
  /** 7,600 files, most of them small, and 10,280 chunks: a tenth of `large`. */
  tenth: ["rxjs@7.8.2", "date-fns@4.1.0"],
  medium: ["typescript@5.9.3", "effect@3.18.4", "three@0.180.0", "rxjs@7.8.2", "date-fns@4.1.0"],
  /** More than 50,000 files, most of them tiny. */
  many: ["@mui/icons-material@7.3.4", "typescript@5.9.3", "effect@3.18.4", "three@0.180.0", "date-fns@4.1.0"],
  /** 1,800 large files, 190 MB: more than a hundred thousand chunks. */
  large: ["googleapis@164.0.0"],
  /** Five versions of the same: half a million chunks. */
  huge: ["googleapis@164.0.0", "googleapis@160.0.0", "googleapis@156.0.0", "googleapis@152.0.0", "googleapis@148.0.0"],
} as const;

export type TreeName = keyof typeof packages;

/** Installs the packages of a tree into the cache and makes them a Git repository there; returns its path. */
export function tree(cache: string, name: TreeName): string {
  const root = join(cache, name);
  if (existsSync(join(root, ".git", "HEAD"))) return root;
  rmSync(root, { recursive: true, force: true });
  const stage = join(cache, `${name}-stage`);
  mkdirSync(stage, { recursive: true });
  mkdirSync(root, { recursive: true });
  for (const spec of packages[name]) {
    must("npm", ["pack", spec, "--pack-destination", stage, "--silent"], stage);
  }
  for (const archive of readdirSync(stage).filter((file) => file.endsWith(".tgz"))) {
    const target = join(root, archive.replace(/\.tgz$/, ""));
    mkdirSync(target);
    must("tar", ["-xzf", join(stage, archive), "-C", target, "--strip-components=1"], stage);
  }
  rmSync(stage, { recursive: true, force: true });
  commitAll(root, "as published");
  return root;
}

/** A second repository with the same files, to change at will. */
export function copyOf(root: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  // A tree may be a link to one elsewhere; a copy of the link would change that.
  cpSync(realpathSync(root), target, { recursive: true });
  return target;
}

export function commitAll(root: string, message: string): void {
  if (!existsSync(join(root, ".git"))) must("git", ["init", "-q"], root);
  must("git", ["add", "-A"], root);
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"];
  must("git", [...identity, "commit", "-q", "-m", message], root);
}

function must(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error || status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
}
