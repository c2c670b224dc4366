import { lstatSync, type Stats } from "node:fs";
import { readlink, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../domain/mod.ts";
import type { ListedFile } from "../../ports/mod.ts";
import type { GitEntry } from "./list-git.ts";

/** Files looked at in one go: about a millisecond, so that calls being served don't wait. */
const batch = 250;

/** Gives each entry its size, its true kind and, where Git has none, its time. One synchronous look costs a tenth of a promise. */
export async function lookAtDisk(
  root: string,
  entries: readonly GitEntry[],
  changed: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const linked = new Map<string, boolean>();
  for (let n = 0; n < entries.length; n++) {
    if (n % batch === batch - 1) {
      await setImmediate();
      throwIfAborted(signal);
    }
    const entry = entries[n]!;
    // To Git what is reached through a linked folder is not there: it is listed under its own name.
    const beyond = changed.has(entry.path) && liesBeyondLink(root, dirname(entry.path), linked);
    const file = beyond ? { ...entry, contentId: "", size: -1 } : measure(root, entry, changed);
    files.push(
      file.kind === "link" && file.refusal === "" ? { ...file, refusal: await linkRefusal(root, file.path) } : file,
    );
  }
  return files;
}

/** Whether a folder, or one that it lies in, is a link. `known` remembers those that were looked at. */
function liesBeyondLink(root: string, folder: string, known: Map<string, boolean>): boolean {
  if (folder === ".") return false;
  let linked = known.get(folder);
  if (linked === undefined) {
    const above = liesBeyondLink(root, dirname(folder), known);
    linked = above || lookAt(join(root, folder))?.isSymbolicLink() === true;
    known.set(folder, linked);
  }
  return linked;
}

function measure(root: string, entry: GitEntry, changed: ReadonlySet<string>): ListedFile {
  const stats = entry.refusal === "PATH_NOT_UTF8" ? undefined : lookAt(join(root, entry.path));
  if (stats === undefined) return { ...entry, contentId: "", size: -1 };
  const { path, contentId, commit } = entry;
  const onDisk = entry.updatedAt === 0 ? contentId === "" : changed.has(path);
  const updatedAt = onDisk ? Math.floor(stats.mtimeMs) : entry.updatedAt;
  const kind = entry.kind === "file" && stats.isSymbolicLink() ? "link" : entry.kind;
  const odd = kind === "file" && !stats.isFile();
  return { path, contentId, kind, size: stats.size, commit, updatedAt, refusal: odd ? "UNREADABLE" : entry.refusal };
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Links are never indexed: what they point at is, under its own name, if it lies inside. */
async function linkRefusal(root: string, path: string): Promise<string> {
  const full = join(root, path);
  const inside = root === "/" ? root : `${root}/`;
  try {
    return (await realpath(full)).startsWith(inside) ? "LINK" : "ESCAPES_ROOT";
  } catch {
    // Dangling or cyclic: judged by its text.
  }
  try {
    return resolve(dirname(full), await readlink(full)).startsWith(inside) ? "LINK" : "ESCAPES_ROOT";
  } catch {
    return "LINK";
  }
}
