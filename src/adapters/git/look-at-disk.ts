import { lstatSync, type Stats } from "node:fs";
import { readlink, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../domain/mod.ts";
import type { ListedFile } from "../../ports/mod.ts";
import type { GitEntry } from "./list-git.ts";

/** Files looked at in one go: about a millisecond, so that calls being served don't wait. */
const batch = 250;

/** Sizes remembered of a source at most, some hundred bytes each. */
const mostRemembered = 50_000;

/** How large files were when they were last looked at, with the content that Git then said they have. */
export class KnownSizes {
  #sizes = new Map<string, { readonly contentId: string; readonly size: number }>();

  /** The size of a file that Git has looked at and says is still this content; undefined when it is not known. */
  of({ path, contentId, kind }: GitEntry): number | undefined {
    if (contentId === "" || kind !== "file") return undefined;
    const known = this.#sizes.get(path);
    return known?.contentId === contentId ? known.size : undefined;
  }

  take(files: readonly ListedFile[]): void {
    this.#sizes = new Map();
    for (const { path, contentId, kind, size, refusal } of files) {
      if (this.#sizes.size >= mostRemembered) return;
      const sound = contentId !== "" && kind === "file" && size >= 0 && refusal !== "UNREADABLE";
      if (sound) this.#sizes.set(path, { contentId, size });
    }
  }
}

/** Gives each entry its size, its true kind and, where Git has none, its time. One synchronous look costs a tenth of a promise. */
export async function lookAtDisk(
  root: string,
  entries: readonly GitEntry[],
  changed: ReadonlySet<string>,
  signal: AbortSignal,
  sizeOf: (entry: GitEntry) => number | undefined = () => undefined,
): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for (let n = 0; n < entries.length; n++) {
    if (n % batch === batch - 1) {
      await setImmediate();
      throwIfAborted(signal);
    }
    const entry = entries[n]!;
    const size = sizeOf(entry);
    if (size !== undefined) {
      files.push({ ...entry, size });
      continue;
    }
    const file = measure(root, entry, changed);
    files.push(
      file.kind === "link" && file.refusal === "" ? { ...file, refusal: await linkRefusal(root, file.path) } : file,
    );
  }
  return files;
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
