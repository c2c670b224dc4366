import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { excludedBy } from "../../domain/discovery/mod.ts";
import { Fault, throwIfAborted } from "../../domain/mod.ts";
import type { Head, Listing, Source } from "../../ports/mod.ts";
import { GitAbsent } from "./git-process.ts";
import { findGitTree, type GitTree } from "./git-tree.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import {
  commitsBetween,
  type GitEntry,
  gitStatus,
  ignoredFolders,
  LastIndex,
  listGit,
  tracksAnything,
} from "./list-git.ts";
import { KnownSizes, lookAtDisk } from "./look-at-disk.ts";
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

const noCommit: Head = { commit: "", dirty: false };

export function openSource(config: SourceConfig, options: SourceOptions): Source {
  const sizes = new KnownSizes();
  const lastIndex = new LastIndex();

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
    const { head, entries, changed, unwatched } = await listGit(tree, sinceCommit, options.indexUntracked, lastIndex, {
      root,
      signal,
    });
    const warnings: string[] = [];
    if (tree.shallow) {
      warnings.push("shallow clone: who changed older files and when is not known; `git fetch --unshallow` gets it");
    }
    const rules = await gatewayRules(root, entries, warnings, signal);
    const state = await stateBelow(root, options.statePath);
    const judged = entries.map((entry) => {
      if (entry.refusal !== "") return entry;
      if (state !== undefined && entry.path.startsWith(state)) return { ...entry, refusal: excludedBy("state folder") };
      const rule = rules.of(entry.path);
      return rule === undefined ? entry : { ...entry, refusal: excludedBy(rule) };
    });
    // A listing that begins from nothing looks at every file anew.
    const sizeOf = (entry: GitEntry) =>
      sinceCommit === "" || changed.has(entry.path) || unwatched.has(entry.path) ? undefined : sizes.of(entry);
    const files = sorted(await lookAtDisk(root, judged, changed, signal, sizeOf));
    sizes.take(files);
    return { head, files, warnings };
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

    async head(signal) {
      const root = realRoot();
      const tree = await treeAt(root, signal);
      if (typeof tree === "string") return noCommit;
      const { commit, dirty } = await gitStatus(tree, options.indexUntracked, { root, signal });
      return { commit, dirty };
    },

    async commitsSince(commit, signal) {
      const root = realRoot();
      const tree = await treeAt(root, signal);
      return typeof tree === "string" ? -1 : await commitsBetween(tree, commit, { root, signal });
    },

    async watch(changed, trouble, signal) {
      const root = await realRoot();
      const tree = await treeAt(root, signal);
      const ignored = typeof tree === "string" ? [] : await ignoredFolders(tree, { root, signal });
      const statePath = await realpath(options.statePath).catch(() => options.statePath);
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

/** `.gatewayignore` files among the listed, and the root's even when Git doesn't track it. */
async function gatewayRules(
  root: string,
  entries: readonly GitEntry[],
  warnings: string[],
  signal: AbortSignal,
): Promise<IgnoreRules> {
  const rules = new IgnoreRules();
  const name = ".gatewayignore";
  const paths = entries.filter((e) => e.kind === "file" && e.path.endsWith(`/${name}`)).map((e) => e.path);
  const atRoot = await stat(join(root, name)).then(
    () => [name],
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
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
