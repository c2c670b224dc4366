import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { throwIfAborted } from "../../domain/mod.ts";
import type { Head, ListedFile } from "../../ports/mod.ts";
import type { GitTree } from "./git-tree.ts";
import { governsOthers, repositoryStamps, type Stamps } from "./governing.ts";
import type { LastIndex } from "./last-index.ts";
import {
  type GitEntry,
  gitEntries,
  gitIndex,
  gitStatus,
  headOf,
  trackedEntry,
  untrackedEntry,
  type Where,
} from "./list-git.ts";
import { lookAtDisk } from "./look-at-disk.ts";
import type { IndexEntry, Status } from "./parse-git.ts";
import { restaged } from "./restaged.ts";

/** How the tree was at a look, as far as a look at some paths stands on it. */
export interface Look {
  readonly root: string;
  readonly prefix: string;
  /** From before the look: what changed during it is seen by the next. */
  readonly stamps: Stamps;
  readonly commit: string;
  readonly dirty: ReadonlySet<string>;
  readonly untracked: ReadonlySet<string>;
  readonly index: readonly IndexEntry[];
  readonly judged: (entry: GitEntry) => GitEntry;
}

export interface SomeListed {
  readonly head: Head;
  readonly files: readonly ListedFile[];
  readonly absent: readonly string[];
  readonly look: Look;
}

/** Git compares each entry of its index with each path: ten million comparisons are about 100 ms. */
const mostCompared = 10_000_000;
const mostPaths = 1_000;
/** Characters of paths that are given to a process: far below what any system takes. */
const longestArguments = 100_000;

/** Looks at some paths on the ground of the look before; undefined where only a look at all of them would do. */
export async function listSome(
  asked: readonly string[],
  tree: GitTree,
  look: Look,
  indexUntracked: boolean,
  last: LastIndex,
  where: Where,
): Promise<SomeListed | undefined> {
  const stamps = repositoryStamps(where.root, tree.prefix);
  if (stamps === undefined || tree.prefix !== look.prefix || where.root !== look.root) return undefined;
  if (stamps.settings !== look.stamps.settings) return undefined;
  const sameIndex = stamps.index === look.stamps.index;
  const index = sameIndex ? look.index : await gitIndex(tree, last, where);
  const staged = sameIndex ? [] : restaged(look.index, index, mostPaths);
  if (staged === undefined) return undefined;
  const paths = [...new Set([...asked, ...staged])].sort();
  if (paths.length === 0 || !paths.every((path) => standsAlone(path, look))) return undefined;
  if (paths.length * index.length > mostCompared || paths.length > mostPaths) return undefined;
  if (paths.reduce((sum, path) => sum + path.length, 0) > longestArguments) return undefined;

  const [status, entries] = await Promise.all([
    gitStatus(tree, indexUntracked, where, paths),
    gitEntries(tree, paths, where),
  ]);
  throwIfAborted(where.signal);
  // Staged meanwhile: what the two said need not fit together.
  if (repositoryStamps(where.root, tree.prefix)?.index !== stamps.index || status.commit !== look.commit)
    return undefined;
  const found = [
    ...entries.map((entry) => trackedEntry(entry, { changed: status.changed, changes: new Map() })),
    ...(indexUntracked ? status.untracked.map(untrackedEntry) : []),
  ];
  const wanted = new Set(paths);
  if (!found.every(({ path }) => wanted.has(path))) return undefined;
  const files = await lookAtDisk(where.root, found.map(look.judged), status.changed, where.signal);
  // A link leads to what other paths are, one that Git still has and is gone included.
  if (files.some(({ kind }) => kind !== "file")) return undefined;
  const listed = new Set(files.map(({ path }) => path));
  const absent = paths.filter((path) => !listed.has(path));
  const after: Look = { ...look, stamps, index, ...standing(look, status, wanted) };
  const inOrder = files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { head: headOf(after), files: inOrder, absent, look: after };
}

/** Whether how a path is listed depends on itself alone, and how others are does not depend on it. */
function standsAlone(path: string, { root, untracked }: Look): boolean {
  if (path === "" || path.includes("\uFFFD") || path.includes("\0") || governsOthers(path)) return false;
  for (const other of untracked) if (other.startsWith(`${path}/`)) return false;
  try {
    const full = join(root, path);
    const stats = lstatSync(full, { throwIfNoEntry: false });
    // Without its folder, more went than this. Under a second name the same bytes changed, and events tell one name.
    if (stats === undefined) return lstatSync(dirname(full), { throwIfNoEntry: false })?.isDirectory() === true;
    return stats.isFile() && stats.nlink === 1;
  } catch {
    // A file now stands where a folder was, or it may not be looked at.
    return false;
  }
}

function standing(look: Look, status: Status, asked: ReadonlySet<string>): Pick<Look, "dirty" | "untracked"> {
  const others = (paths: ReadonlySet<string>) => [...paths].filter((path) => !asked.has(path));
  return {
    dirty: new Set([...others(look.dirty), ...status.dirty]),
    untracked: new Set([...others(look.untracked), ...status.untracked.map(({ path }) => path)]),
  };
}
