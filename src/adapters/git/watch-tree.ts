import { join, relative, sep } from "node:path";
import process from "node:process";
import { Fault } from "../../domain/mod.ts";

/** Folders that nobody's sources are in, by name, wherever they lie: they hold most of the files of many trees. */
const neverWatched = new Set([".git", ".hg", ".svn", ".gateway", "node_modules", "__pycache__", ".venv", ".tox"]);

export interface TreeWatch {
  /** Real path. */
  readonly root: string;
  /** The gateway's own state. */
  readonly statePath: string;
  /** Folders that Git ignores, relative to the root, with a closing slash. */
  readonly ignored: readonly string[];
  changed(): void;
  trouble(fault: Fault): void;
}

/**
 * Tells of changes below a folder until the signal's abort; resolves once it watches. On Linux one watch a folder is
 * enough, since it tells of the files in it too; elsewhere files are watched one by one.
 */
export async function watchTree(tree: TreeWatch, signal: AbortSignal): Promise<void> {
  const { root, statePath, changed } = tree;
  const ignoredFolders = tree.ignored.map((folder) => folder.split("/").join(sep));
  const isIgnored = (path: string): boolean => {
    if (path === statePath || path.startsWith(statePath + sep)) return true;
    const below = relative(root, path);
    if (below.split(sep).some((name) => neverWatched.has(name))) return true;
    return ignoredFolders.some((folder) => `${below}${sep}`.startsWith(folder));
  };
  const byFolder = process.platform === "linux";
  // Loaded when wanted: it needs Node 20.19, which a gateway that watches nothing does not.
  const { watch } = await import("chokidar");
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    usePolling: false,
    ignored: (path, stats) => isIgnored(path) || (byFolder && stats !== undefined && !stats.isDirectory()),
  });
  if (byFolder) {
    watcher.on("raw", (_event, path, details) => {
      const { watchedPath = root } = details as { watchedPath?: string };
      if (!isIgnored(join(watchedPath, path ?? ""))) changed();
    });
  }
  watcher.on("all", () => changed());
  watcher.on("error", (error) => tree.trouble(watchFault(error)));
  const ready = new Promise<void>((resolve) => watcher.on("ready", () => resolve()));
  const ended = new Promise<void>((resolve) => {
    const end = () => void watcher.close().then(resolve, resolve);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  await Promise.race([ready, ended]);
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
