import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Touched } from "../../ports/mod.ts";

/** More paths at once are not told one by one. */
const mostTold = 1_000;
/** Folders that Git is asked about at once; of more it is asked about all there are. */
const mostAsked = 200;

export interface TouchedParts {
  readonly root: string;
  isIgnored(path: string): boolean;
  /** Of these folders, those that Git ignores; of none: all it ignores. */
  ignored(among: readonly string[]): Promise<readonly string[]>;
  /** Folders that came to be and are ignored, with a closing slash. */
  leave(folders: readonly string[]): Promise<void>;
  /** Which folders are ignored may have changed. */
  rulesChanged(): Promise<void>;
  changed(touched: Touched): void;
  failed(error: unknown): void;
}

/**
 * Gathers what events name until the turn of the event loop is over, asks Git about folders that are new, and tells the
 * rest: a build into a folder that is ignored says nothing, though the folder was not there when watching began.
 */
export class TouchedPaths {
  readonly #parts: TouchedParts;
  readonly #asked = new Set<string>();
  #paths = new Set<string>();
  #anything = false;
  #due = false;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: TouchedParts) {
    this.#parts = parts;
  }

  /** Relative to the root, with forward slashes; "" is the root. */
  add(path: string): void {
    if (path === "") this.#anything = true;
    else this.#paths.add(path);
    if (this.#due) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      const paths = [...this.#paths];
      const anything = this.#anything;
      this.#paths = new Set();
      this.#anything = false;
      this.#work = this.#work.then(() => this.#tell(paths, anything)).catch((error) => this.#parts.failed(error));
    });
  }

  /** A folder that is gone may come back as another. */
  forget(folder: string): void {
    this.#asked.delete(folder);
  }

  async #tell(paths: readonly string[], anything: boolean): Promise<void> {
    const { isIgnored, changed } = this.#parts;
    if (paths.some((path) => /(?:^|\/)\.gitignore$/.test(path))) await this.#parts.rulesChanged();
    else await this.#askOf(paths.filter((path) => !this.#asked.has(path) && this.#isFolder(path)));
    const told = paths.filter((path) => !isIgnored(path));
    if (anything || told.length > mostTold) changed("anything");
    else if (told.length > 0) changed(told);
  }

  async #askOf(folders: readonly string[]): Promise<void> {
    if (folders.length === 0) return;
    for (const folder of folders) this.#asked.add(folder);
    const ignored = await this.#parts.ignored(folders.length > mostAsked ? [] : folders);
    const come = ignored.filter((folder) => !this.#parts.isIgnored(folder.slice(0, -1)));
    if (come.length > 0) await this.#parts.leave(come);
  }

  #isFolder(path: string): boolean {
    try {
      return lstatSync(join(this.#parts.root, path), { throwIfNoEntry: false })?.isDirectory() === true;
    } catch {
      return false;
    }
  }
}
