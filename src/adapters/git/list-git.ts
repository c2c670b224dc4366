import { type Fault, throwIfAborted } from "../../domain/mod.ts";
import type { Head, ListedFile } from "../../ports/mod.ts";
import { runGit } from "./git-process.ts";
import { type GitTree, gitFailed } from "./git-tree.ts";
import type { LastIndex } from "./last-index.ts";
import { type IndexEntry, parseIndex, parseStatus, type Status } from "./parse-git.ts";
import { type LastChange, logFormat, logReader } from "./parse-log.ts";

/** One entry before the disk is looked at. */
export type GitEntry = Omit<ListedFile, "size">;

export interface GitListing {
  readonly status: Status;
  readonly index: readonly IndexEntry[];
  readonly untracked: readonly GitEntry[];
  /** Changed in the work tree since the index: their time is the disk's. */
  readonly changed: ReadonlySet<string>;
  /** Who changed what, as far as was looked. */
  readonly changes: ReadonlyMap<string, LastChange>;
}

export interface Where {
  readonly root: string;
  readonly signal: AbortSignal;
}

export async function gitStatus(
  tree: GitTree,
  untracked: boolean,
  { root, signal }: Where,
  paths: readonly string[] = ["."],
): Promise<Status> {
  const mode = `--untracked-files=${untracked ? "all" : "no"}`;
  const args = ["status", "--porcelain=v2", "-z", "--branch", "--no-renames", "--ignore-submodules=all", mode];
  const { code, stdout, stderr } = await runGit(tree.program, [...args, "--", ...paths], { cwd: root, signal });
  if (code !== 0) throw gitFailed("status", stderr);
  return parseStatus(stdout, tree.prefix);
}

/** Some entries of the index: those of the paths, and of what lies below them. */
export async function gitEntries(
  tree: GitTree,
  paths: readonly string[],
  { root, signal }: Where,
): Promise<readonly IndexEntry[]> {
  const args = ["ls-files", "-s", "-v", "-z", "--", ...paths];
  const { code, stdout, stderr } = await runGit(tree.program, args, { cwd: root, signal });
  if (code !== 0) throw gitFailed("ls-files", stderr);
  return parseIndex(stdout);
}

export async function gitIndex(
  tree: GitTree,
  last: LastIndex,
  { root, signal }: Where,
): Promise<readonly IndexEntry[]> {
  const { code, stdout, stderr } = await runGit(tree.program, ["ls-files", "-s", "-v", "-z"], { cwd: root, signal });
  if (code !== 0) throw gitFailed("ls-files", stderr);
  return last.parse(stdout);
}

/** Whether the repository tracks anything of the folder: one that it doesn't is read as a plain folder. */
export async function tracksAnything(tree: GitTree, { root, signal }: Where): Promise<boolean> {
  let any = false;
  const onOutput = () => {
    any = true;
    return false;
  };
  const { code, stderr } = await runGit(tree.program, ["ls-files", "-z"], { cwd: root, signal, onOutput });
  if (code !== 0) throw gitFailed("ls-files", stderr);
  return any;
}

/**
 * The status is taken before the index is read: a change staged in between then shows as a new blob id, never as
 * an old one for new content.
 */
export async function listGit(
  tree: GitTree,
  sinceCommit: string,
  indexUntracked: boolean,
  last: LastIndex,
  where: Where,
): Promise<GitListing> {
  const status = await gitStatus(tree, indexUntracked, where);
  const index = await gitIndex(tree, last, where);
  const changes = await lastChanges(tree, sinceCommit, status, index, where);
  throwIfAborted(where.signal);
  const untracked = indexUntracked ? status.untracked.map(untrackedEntry) : [];
  return { status, index, untracked, changed: status.changed, changes };
}

export function headOf({ commit, dirty }: Pick<Status, "commit" | "dirty">): Head {
  return { commit, dirty: dirty.size > 0 };
}

export function trackedEntry(
  entry: IndexEntry,
  { changed, changes }: Pick<GitListing, "changed" | "changes">,
): GitEntry {
  const change = entry.valid ? changes.get(entry.path) : undefined;
  const kind = entry.mode === "160000" ? "submodule" : entry.mode === "120000" ? "link" : "file";
  return {
    path: entry.path,
    contentId: entry.unmerged || changed.has(entry.path) ? "" : entry.blob,
    kind,
    commit: change?.commit ?? "",
    updatedAt: change?.at ?? 0,
    refusal: !entry.valid ? "PATH_NOT_UTF8" : kind === "submodule" ? "SUBMODULE" : "",
  };
}

/** An untracked repository is reported as a folder, ending in "/". */
export function untrackedEntry({ path, valid }: { path: string; valid: boolean }): GitEntry {
  const nested = path.endsWith("/");
  return {
    path: nested ? path.slice(0, -1) : path,
    contentId: "",
    kind: nested ? "submodule" : "file",
    commit: "",
    updatedAt: 0,
    refusal: !valid ? "PATH_NOT_UTF8" : nested ? "SUBMODULE" : "",
  };
}

async function lastChanges(
  tree: GitTree,
  sinceCommit: string,
  status: Status,
  index: readonly IndexEntry[],
  where: Where,
): Promise<ReadonlyMap<string, LastChange>> {
  const none = new Map<string, LastChange>();
  if (status.commit === "" || status.commit === sinceCommit) return none;
  if (/^[0-9a-f]{40,64}$/.test(sinceCommit)) {
    // What few commits changed is asked for as it is: a list of all files to look for would cost more.
    const recent = await streamLog(tree, [`${sinceCommit}..${status.commit}`], undefined, where);
    // The commit may be gone (history rewritten, clone made shallow): then the whole history is asked.
    if (recent instanceof Map) {
      for (const path of status.added) recent.delete(path);
      return recent;
    }
  }
  const wanted = new Set<string>();
  for (const entry of index) if (entry.valid && !status.added.has(entry.path)) wanted.add(entry.path);
  if (wanted.size === 0) return none;
  const all = await streamLog(tree, [status.commit], wanted, where);
  if (all instanceof Map) return all;
  throw all;
}

async function streamLog(
  tree: GitTree,
  range: readonly string[],
  wanted: ReadonlySet<string> | undefined,
  { root, signal }: Where,
): Promise<Map<string, LastChange> | Fault> {
  const reader = logReader(wanted);
  const format = ["--name-only", "-z", "-c", "--no-renames", "--no-ext-diff", "--no-textconv", "-O/dev/null"];
  const under = tree.prefix === "" ? [] : ["--relative"];
  const args = ["log", `--format=${logFormat}`, ...format, "--ignore-submodules=none", ...under, ...range, "--"];
  const { code, stderr } = await runGit(tree.program, tree.prefix === "" ? args : [...args, "."], {
    cwd: root,
    signal,
    onOutput: (bytes) => reader.push(bytes),
  });
  return code === 0 ? reader.changes : gitFailed("log", stderr);
}

/** Commits from one to HEAD that touch the source's folder; -1 when it can't be known. */
export async function commitsBetween(tree: GitTree, commit: string, { root, signal }: Where): Promise<number> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return -1;
  const args = ["rev-list", "--count", `${commit}..HEAD`, "--", ...(tree.prefix === "" ? [] : ["."])];
  const { code, stdout } = await runGit(tree.program, args, { cwd: root, signal });
  return code === 0 ? Number(stdout.toString().trim()) : -1;
}

/** Folders that Git ignores whole, with a closing slash, relative to the source: all, or those among some. */
export async function ignoredFolders(
  tree: GitTree,
  { root, signal }: Where,
  among: readonly string[] = [],
): Promise<string[]> {
  const args = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", "--", ...among];
  const { code, stdout, stderr } = await runGit(tree.program, args, { cwd: root, signal });
  if (code !== 0) throw gitFailed("ls-files", stderr);
  return stdout
    .toString()
    .split("\0")
    .filter((path) => path.endsWith("/"));
}
