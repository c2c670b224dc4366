import { NamePool, WantedHashes } from "./name-pool.ts";

/** Fewer files than this that are gone are not worth building anew for. */
const fewGone = 256;

/**
 * Which files of a source mention and define which names, as its last writer left them: by hashes (`nameHash`), eight
 * bytes a name. Reading them anew for each run took longer than all else that a change of one file costs.
 */
export class KnownNames {
  /** Rows of paths, by file. */
  #paths: number[] = [];
  /** By row of a path: which file it is. */
  #files = new Map<number, number>();
  #mentions = new NamePool();
  #definitions = new NamePool();

  /** A file's names, in place of those it had. */
  know(path: number, mentions: Float64Array, definitions: Float64Array): void {
    this.#files.set(path, this.#paths.push(path) - 1);
    this.#mentions.add(mentions);
    this.#definitions.add(definitions);
    this.#tidy();
  }

  forget(path: number): void {
    this.#files.delete(path);
  }

  mentioning(hashes: readonly number[]): ReadonlySet<number> {
    const found = new Set<number>();
    this.#mentions.find(new WantedHashes(hashes), (file) => {
      if (this.#isKnown(file)) found.add(this.#paths[file]!);
    });
    return found;
  }

  /** By hash. */
  defining(hashes: readonly number[]): ReadonlyMap<number, ReadonlySet<number>> {
    const found = new Map<number, Set<number>>();
    this.#definitions.find(new WantedHashes(hashes), (file, hash) => {
      if (!this.#isKnown(file)) return;
      const paths = found.get(hash);
      if (paths === undefined) found.set(hash, new Set([this.#paths[file]!]));
      else paths.add(this.#paths[file]!);
    });
    return found;
  }

  #isKnown(file: number): boolean {
    return this.#files.get(this.#paths[file]!) === file;
  }

  #tidy(): void {
    const gone = this.#paths.length - this.#files.size;
    if (gone < fewGone || gone * 2 < this.#paths.length) return;
    const made = new KnownNames();
    for (const [path, file] of this.#files) made.know(path, this.#mentions.of(file), this.#definitions.of(file));
    this.#paths = made.#paths;
    this.#files = made.#files;
    this.#mentions = made.#mentions;
    this.#definitions = made.#definitions;
  }
}
