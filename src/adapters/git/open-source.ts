import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { excludedBy } from "../../domain/discovery/mod.ts";
import { Fault, throwIfAborted } from "../../domain/mod.ts";
import type { Head, Listing, Source } from "../../ports/mod.ts";
import { GitAbsent } from "./git-process.ts";
import { findGitTree, type GitTree } from "./git-tree.ts";
import { repositoryStamps, stampOf } from "./governing.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { LastIndex } from "./last-index.ts";
import { LastListing } from "./last-listing.ts";
import {
  commitsBetween,
  type GitEntry,
  gitStatus,
  headOf,
  ignoredFolders,
  listGit,
  trackedEntry,
  tracksAnything,
} from "./list-git.ts";
import { type Look, listSome } from "./list-some.ts";
import { lookAtDisk } from "./look-at-disk.ts";
import { readInside } from "./read-inside.ts";
import { addRules, walk } from "./walk.ts";
import { watchTree } from "./watch-tree.ts";

export interface SourceConfig {
  readonly name: string;
  /** Absolute, or relative to the working directory. */
  readonly path: string;
}

export interface SourceOptions {
  readonly indexUntracked: boolean;
  /** The gateway's own state: never indexed, wherever it lies. Absolute. */
  readonly statePath: string;
  /** Folders to find `git` in, as PATH has them. */
  readonly searchPath: string;
}

/** Files of a tree whose look is kept, so that the next may be at some paths alone. */
const mostLookedAt = 150_000;

const noCommit: Head = { commit: "", dirty: false };

export function openSource(config: SourceConfig, options: SourceOptions): Source {
  const lastListing = new LastListing();
  const lastIndex = new LastIndex();
  /** How many looks there were, and what the last left for one at some paths. */
  let looks = 0;
  let lastLook: Look | undefined;
  /** Of the root's own rules, which need not be tracked: Git then tells nothing of them. */
  let listedRules = "-";

  /**
   * The root's real path: asked for each time, since a deployment may switch a link. In place, since it is asked for
   * each file: the kernel has it at hand.
   */
  function realRoot(): string {
    try {
      const real = realpathSync.native(config.path);
      if (statSync(real).isDirectory()) return real;
    } catch (cause) {
      throw gone(config.name, cause);
    }
    throw gone(config.name, undefined);
  }

  /** The Git tree, or why there is none. */
  async function treeAt(root: string, signal: AbortSignal): Promise<GitTree | string> {
    let tree: GitTree | "not a repository";
    try {
      tree = await findGitTree(options.searchPath, root, signal);
    } catch (cause) {
      throwIfAborted(signal);
      if (cause instanceof GitAbsent) return "git was not found";
      throw cause;
    }
    if (tree === "not a repository") {
      const broken = await stat(join(root, ".git")).then(
        () => true,
        () => false,
      );
      if (!broken) return "the folder is no Git work tree";
      throw new Fault("precondition", "Git can't read the source's .git; run `git status` in it to see why", {
        reason: "GIT_FAILED",
      });
    }
    if (tree.prefix !== "" && !(await tracksAnything(tree, { root, signal }))) {
      return "the repository around the folder tracks nothing of it";
    }
    return tree;
  }

  async function listTree(root: string, tree: GitTree, sinceCommit: string, signal: AbortSignal): Promise<Listing> {
    looks += 1;
    lastLook = undefined;
    const mark = looks;
    const stamps = repositoryStamps(root, tree.prefix);
    listedRules = stampOf(join(root, rulesName));
    const listing = await listGit(tree, sinceCommit, options.indexUntracked, lastIndex, { root, signal });
    const { status, index, untracked, changed, changes } = listing;
    const warnings: string[] = [];
    if (tree.shallow) {
      warnings.push("shallow clone: who changed older files and when is not known; `git fetch --unshallow` gets it");
    }
    const ofRules = ({ path }: { readonly path: string }) => path.endsWith(`/${rulesName}`);
    const ruleFiles = [
      ...index.filter(ofRules).map((entry) => trackedEntry(entry, listing)),
      ...untracked.filter(ofRules),
    ];
    const rules = await gatewayRules(root, ruleFiles, warnings, signal);
    const state = await stateBelow(root, options.statePath);
    const judged = (entry: GitEntry): GitEntry => {
      if (entry.refusal !== "") return entry;
      if (state !== undefined && entry.path.startsWith(state)) return { ...entry, refusal: excludedBy("state folder") };
      const rule = rules.of(entry.path);
      return rule === undefined ? entry : { ...entry, refusal: excludedBy(rule) };
    };
    const ground = JSON.stringify([root, state ?? "", rules.key]);
    // A listing that begins from nothing looks at every file anew, and is too large to be kept beside what follows it.
    const former = sinceCommit === "" ? () => undefined : lastListing.former(ground, index);
    const asked: GitEntry[] = [];
    const listed = index.map((entry, n) => {
      const { path, watched } = entry;
      const before = watched && !changed.has(path) && !changes.has(path) ? former(n) : undefined;
      if (before === undefined) asked.push(judged(trackedEntry(entry, listing)));
      return before;
    });
    const looked = await lookAtDisk(root, [...asked, ...untracked.map(judged)], changed, signal);
    let next = 0;
    const known = listed.map((file) => file ?? looked[next++]!);
    const more = looked.slice(next);
    const same = more.length === 0 && sinceCommit !== "" ? lastListing.same(known) : undefined;
    const files = same ?? sorted([...known, ...more]);
    if (sinceCommit === "") lastListing.forget();
    else lastListing.keep({ ground, entries: index, listed: known, files });
    const head = headOf(status);
    if (stamps === undefined || mark !== looks || files.length > mostLookedAt) return { head, files, warnings };
    // Staged meanwhile: what was told of the tree and what its index held need not fit together.
    if (repositoryStamps(root, tree.prefix)?.index !== stamps.index) return { head, files, warnings };
    const notTracked = new Set(status.untracked.map(({ path }) => path));
    const { commit, dirty } = status;
    lastLook = { root, prefix: tree.prefix, stamps, commit, dirty, untracked: notTracked, index, judged };
    return { head, files, warnings, mark };
  }

  /** Whatever stands in the way is left to a look at everything, which tells it. */
  async function look(paths: readonly string[], before: Look, where: { root: string; signal: AbortSignal }) {
    const tree = await treeAt(where.root, where.signal);
    if (typeof tree === "string") return undefined;
    return listSome(paths, tree, before, options.indexUntracked, lastIndex, where);
  }

  return {
    name: config.name,
    identity: createHash("sha256").update(`${options.indexUntracked} ${config.path}`).digest("hex").slice(0, 16),

    async list(sinceCommit, signal) {
      const root = realRoot();
      const tree = await treeAt(root, signal);
      if (typeof tree !== "string") return await listTree(root, tree, sinceCommit, signal);
      const state = await realpath(options.statePath).catch(() => options.statePath);
      const { entries, warnings } = await walk(root, state, signal);
      const why = `${tree}: files come from a walk that obeys .gitignore and .gatewayignore, without commits`;
      return {
        head: noCommit,
        files: sorted(await lookAtDisk(root, entries, new Set(), signal)),
        warnings: [why, ...warnings],
      };
    },

    async listSome(paths, mark, signal) {
      const before = lastLook;
      if (before === undefined || mark !== looks) return undefined;
      looks += 1;
      lastLook = undefined;
      const next = looks;
      const some = await look(paths, before, { root: realRoot(), signal }).catch((error: unknown) => {
        throwIfAborted(signal);
        if (error instanceof Fault) return undefined;
        throw error;
      });
      if (some === undefined || next !== looks) return undefined;
      lastLook = some.look;
      const { head, files, absent } = some;
      return { head, files, absent, mark: next };
    },

    async head(signal) {
      const root = realRoot();
      const tree = await treeAt(root, signal);
      if (typeof tree === "string") return noCommit;
      const head = headOf(await gitStatus(tree, options.indexUntracked, { root, signal }));
      return stampOf(join(root, rulesName)) === listedRules ? head : { ...head, rulesChanged: true };
    },

    async commitsSince(commit, signal) {
      const root = realRoot();
      const tree = await treeAt(root, signal);
      return typeof tree === "string" ? -1 : await commitsBetween(tree, commit, { root, signal });
    },

    async watch(changed, trouble, signal) {
      const root = realRoot();
      const statePath = await realpath(options.statePath).catch(() => options.statePath);
      const ignored = async (among: readonly string[]) => {
        const tree = await treeAt(root, signal);
        return typeof tree === "string" ? [] : await ignoredFolders(tree, { root, signal }, among);
      };
      await watchTree({ root, statePath, ignored, changed, trouble }, signal);
    },

    async read(path, maxBytes, signal) {
      return await readInside(realRoot(), path, maxBytes, signal);
    },
  };
}

function gone(name: string, cause: unknown): Fault {
  const message = `the folder of source "${name}" is not there; restore it or take the source out of KM_SOURCES`;
  return new Fault("precondition", message, { reason: "SOURCE_GONE", cause, metadata: { source: name } });
}

const rulesName = ".gatewayignore";

/** `.gatewayignore` files among the listed, and the root's even when Git doesn't track it. */
async function gatewayRules(
  root: string,
  ruleFiles: readonly GitEntry[],
  warnings: string[],
  signal: AbortSignal,
): Promise<IgnoreRules> {
  const rules = new IgnoreRules();
  const paths = ruleFiles.filter(({ kind }) => kind === "file").map(({ path }) => path);
  const atRoot = await stat(join(root, rulesName)).then(
    () => [rulesName],
    () => [],
  );
  for (const path of [...atRoot, ...paths]) await addRules(rules, root, path, warnings, signal);
  warnings.push(...rules.warnings);
  return rules;
}

/** The state folder relative to the root, with a closing slash; undefined when it lies elsewhere. */
async function stateBelow(root: string, statePath: string): Promise<string | undefined> {
  const real = await realpath(statePath).catch(() => statePath);
  const below = real.startsWith(`${root}${sep}`) ? real.slice(root.length + 1) : undefined;
  return below === undefined ? undefined : `${below}/`;
}

function sorted<T extends { readonly path: string }>(files: T[]): T[] {
  // Git's order is nearly always this one, and looking costs a fraction of sorting.
  if (files.every((file, n) => n === 0 || files[n - 1]!.path < file.path)) return files;
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
