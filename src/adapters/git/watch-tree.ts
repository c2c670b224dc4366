import { lstatSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import process from "node:process";
import type { FSWatcher } from "chokidar";
import { Fault } from "../../domain/mod.ts";
import type { Touched } from "../../ports/mod.ts";
import { currentRuntime } from "../../runtime/mod.ts";
import { EventBursts } from "./event-bursts.ts";
import { TouchedPaths } from "./touched-paths.ts";

/** Folders that nobody's sources are in, by name, wherever they lie: they hold most of the files of many trees. */
const neverWatched = new Set([".git", ".hg", ".svn", ".gateway", "node_modules", "__pycache__", ".venv", ".tox"]);

export interface TreeWatch {
  /** Real path. */
  readonly root: string;
  /** The gateway's own state. */
  readonly statePath: string;
  /** Folders that Git ignores, relative to the root, with a closing slash: among some, or all (none given). */
  ignored(among: readonly string[]): Promise<readonly string[]>;
  changed(touched: Touched): void;
  trouble(fault: Fault): void;
}

let bursts: EventBursts | undefined;

/**
 * Tells of changes below a folder until the signal's abort; resolves once it watches. On Linux one watch a folder is
 * enough, since it tells of the files in it too, by name; elsewhere files are watched one by one, and what is told is
 * that anything may have changed.
 */
export async function watchTree(tree: TreeWatch, signal: AbortSignal): Promise<void> {
  const { root, statePath, trouble } = tree;
  const byFolder = process.platform === "linux";
  // Deno names one path of a rename's two.
  const byName = byFolder && currentRuntime().name === "node";
  const tells = (told: Touched) => tree.changed(byName ? told : "anything");
  let left = new Set(await tree.ignored([]));
  // Loaded when wanted: it needs Node 20.19, which a gateway that watches nothing does not.
  const { watch } = await import("chokidar");
  bursts ??= new EventBursts();
  const counted = bursts;
  let watcher: FSWatcher | undefined;

  const isLeft = (below: string): boolean => {
    for (let end = below.indexOf("/"); end >= 0; end = below.indexOf("/", end + 1))
      if (left.has(below.slice(0, end + 1))) return true;
    return left.has(`${below}/`) || below.split("/").some((name) => neverWatched.has(name));
  };
  const below = (path: string) => relative(root, path).split(sep).join("/");
  const isState = (path: string) => path === statePath || path.startsWith(statePath + sep);
  const isIgnored = (path: string) => isState(path) || isLeft(below(path));

  /** The former watch, of another set of folders, goes when the new one is there: nothing is missed between them. */
  async function begin(): Promise<void> {
    const former = watcher;
    const next = watch(root, {
      ignoreInitial: true,
      followSymlinks: false,
      usePolling: false,
      ignored: (path, stats) => isIgnored(path) || (byFolder && stats !== undefined && !stats.isDirectory()),
    });
    watcher = next;
    if (byFolder) next.on("raw", (_event, name, details) => heard(name, details));
    next.on("all", (event, path) => {
      const named = below(path);
      if (event === "unlinkDir") touched.forget(named);
      touched.add(named);
    });
    next.on("error", (error) => trouble(watchFault(error)));
    await new Promise<void>((resolve) => {
      next.on("ready", () => resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await former?.close();
    if (signal.aborted) await next.close();
  }

  function heard(name: string | null, details: unknown): void {
    counted.count();
    const { watchedPath = root } = details as { watchedPath?: string };
    const path = join(watchedPath, name ?? "");
    const named = below(path);
    // What was a folder that is left alone may be a file now.
    if (left.has(`${named}/`) && !isFolder(path)) left.delete(`${named}/`);
    // A folder that becomes a repository of its own, or no longer is one, is listed otherwise.
    if (name === ".git" && watchedPath !== root) touched.add(below(watchedPath));
    if (isIgnored(path)) return;
    touched.add(named);
    // Of a folder itself events come under its own name, as if it lay in itself.
    if (name === basename(watchedPath)) touched.add(below(watchedPath));
  }

  const touched = new TouchedPaths({
    root,
    ignored: tree.ignored,
    changed: tells,
    isIgnored: (path) => isIgnored(join(root, path)),
    failed: (error) => {
      if (!signal.aborted) trouble(watchFault(error));
    },
    async leave(folders) {
      left = new Set([...left, ...folders]);
      // Watches of what is in them may be about to be set: only a watch that never saw them has none.
      await begin();
    },
    async rulesChanged() {
      const now = new Set(await tree.ignored([]));
      const same = now.size === left.size && [...now].every((folder) => left.has(folder));
      left = now;
      if (!same) await begin();
    },
  });

  const unlisten = counted.listen(() => touched.add(""));
  signal.addEventListener(
    "abort",
    () => {
      unlisten();
      void watcher?.close();
    },
    { once: true },
  );
  await begin();
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function watchFault(cause: unknown): Fault {
  const code = (cause as { code?: unknown }).code;
  if (code === "ENOSPC" || code === "EMFILE" || code === "ENFILE")
    return new Fault(
      "exhausted",
      "the system watches no more folders: raise fs.inotify.max_user_watches and max_user_instances with sysctl, or " +
        "set KM_WATCH=off; until then changes are found by schedule",
      { cause, reason: "WATCH_LIMIT" },
    );
  return new Fault("unavailable", "a folder can't be watched; its changes are found by schedule", {
    cause,
    reason: "WATCH_FAILED",
  });
}
