import { decidesOthers, saysVersions } from "./decides-others.ts";

const none: readonly string[] = [];

/** Name after the last slash. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What lies before the last slash; "" at the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** A path without its last extension; a leading dot is none. */
export function withoutExtension(path: string): string {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") + 1 ? path.slice(0, dot) : path;
}

/** Resolves `.` and `..`; undefined when it leaves the root. */
export function joinPath(folder: string, relative: string): string | undefined {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** All indexed paths of a source, found by path, folder and name. */
export class PathIndex {
  readonly #paths = new Set<string>();
  readonly #byFolder = new Map<string, Set<string>>();
  readonly #byName = new Map<string, Set<string>>();
  readonly #endings = new Map<string, number>();
  readonly #deciding = new Set<string>();
  readonly #versions = new Set<string>();

  constructor(paths: Iterable<string> = []) {
    for (const path of paths) this.add(path);
  }

  add(path: string): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    if (decidesOthers(path)) this.#deciding.add(path);
    if (saysVersions(path)) this.#versions.add(path);
    this.#endings.set(endingOf(path), (this.#endings.get(endingOf(path)) ?? 0) + 1);
    put(this.#byFolder, folderOf(path), path);
    put(this.#byName, baseOf(path), path);
  }

  delete(path: string): void {
    if (!this.#paths.delete(path)) return;
    this.#deciding.delete(path);
    this.#versions.delete(path);
    this.#endings.set(endingOf(path), (this.#endings.get(endingOf(path)) ?? 1) - 1);
    take(this.#byFolder, folderOf(path), path);
    take(this.#byName, baseOf(path), path);
  }

  /** Does something as if some paths were not there and others were. */
  without<T>(added: readonly string[], removed: readonly string[], work: () => T): T {
    for (const path of added) this.delete(path);
    for (const path of removed) this.add(path);
    try {
      return work();
    } finally {
      for (const path of removed) this.delete(path);
      for (const path of added) this.add(path);
    }
  }

  get size(): number {
    return this.#paths.size;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Files that decide how others are resolved, sorted. */
  deciding(): readonly string[] {
    return sorted(this.#deciding);
  }

  /** Files that say which versions of packages are used, sorted. */
  sayingVersions(): readonly string[] {
    return sorted(this.#versions);
  }

  /** Whether any file has that extension, without its dot. */
  hasEnding(extension: string): boolean {
    return (this.#endings.get(extension) ?? 0) > 0;
  }

  /** In no order that counts. */
  all(): IterableIterator<string> {
    return this.#paths.values();
  }

  /** Files right in a folder, sorted. */
  inFolder(folder: string): readonly string[] {
    return sorted(this.#byFolder.get(folder));
  }

  /** Files of that name, in any folder, sorted. */
  named(name: string): readonly string[] {
    return sorted(this.#byName.get(name));
  }

  /** Files whose path is `suffix` or ends with it after a slash, sorted. */
  ending(suffix: string): readonly string[] {
    return this.named(baseOf(suffix)).filter((path) => path === suffix || path.endsWith(`/${suffix}`));
  }
}

/** Of several paths the one that shares most folders with `from`; then the shorter, then the first by code units. */
export function nearest(paths: readonly string[], from: string): string | undefined {
  let best: string | undefined;
  let most = -1;
  for (const path of paths) {
    const shared = sharedFolders(path, from);
    const better = shared > most || (shared === most && best !== undefined && before(path, best));
    if (!better) continue;
    best = path;
    most = shared;
  }
  return best;
}

function before(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

function sharedFolders(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  let n = 0;
  while (n < left.length - 1 && n < right.length - 1 && left[n] === right[n]) n++;
  return n;
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function put(map: Map<string, Set<string>>, key: string, path: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([path]));
  else set.add(path);
}

function take(map: Map<string, Set<string>>, key: string, path: string): void {
  const set = map.get(key);
  set?.delete(path);
  if (set?.size === 0) map.delete(key);
}

function sorted(set: ReadonlySet<string> | undefined): readonly string[] {
  return set === undefined ? none : [...set].sort();
}
