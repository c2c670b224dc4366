import { alive, type CodeSymbol, type FileRecord } from "../../domain/mod.ts";
import { all, among, is, type Seen, unended } from "./filters.ts";
import { pointId } from "./point-id.ts";
import type { NewPoint, Operation } from "./points.ts";

/** One file's change, until it is sent. */
export interface PendingFile {
  /** Undefined: the file goes. */
  readonly file: { readonly record: FileRecord; readonly symbols: readonly CodeSymbol[] } | undefined;
  /** Undefined: its chunks stay as they are. */
  readonly rows: readonly NewPoint[] | undefined;
}

/** Rows and files of one exchange: with 384 dimensions about 2 MB, a sixteenth of what a server takes. */
const mostRows = 256;
const mostFiles = 256;

/** Changes gathered for one exchange, the last one of a path standing. */
export class PendingFiles {
  readonly #at: Seen;
  #files = new Map<string, PendingFile>();
  #rows = 0;

  constructor(at: Seen) {
    this.#at = at;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  set(path: string, change: PendingFile): void {
    this.#rows += (change.rows?.length ?? 0) - (this.#files.get(path)?.rows?.length ?? 0);
    this.#files.set(path, change);
  }

  get full(): boolean {
    return this.#rows >= mostRows || this.#files.size >= mostFiles;
  }

  get empty(): boolean {
    return this.#files.size === 0;
  }

  clear(): void {
    this.#files = new Map();
    this.#rows = 0;
  }

  /** For the collection of chunks, in exchanges that a server takes. A huge file's rows go in several. */
  chunkOperations(): Operation[][] {
    const changed = [...this.#files].filter(([, { rows }]) => rows !== undefined);
    if (changed.length === 0) return [];
    const rows = changed.flatMap(([, { rows }]) => rows ?? []);
    const ends = this.#ends(changed.map(([path]) => path));
    const exchanges: Operation[][] = [ends];
    for (let from = 0; from < rows.length; from += mostRows) {
      const upsert: Operation = { upsert: { points: rows.slice(from, from + mostRows) } };
      if (from === 0) ends.push(upsert);
      else exchanges.push([upsert]);
    }
    return exchanges;
  }

  /** For the catalogue. */
  fileOperations(): Operation[] {
    const { source, generation } = this.#at;
    const points = [...this.#files].flatMap(([path, { file }]) => {
      if (file === undefined) return [];
      const payload = { kind: "file", source, path, born: generation, dead: alive, ...file };
      return { id: pointId("file", source, path, generation), vector: {}, payload };
    });
    const operations = this.#ends([...this.#files.keys()]);
    if (points.length > 0) operations.push({ upsert: { points } });
    return operations;
  }

  /** What this generation wrote of the paths before goes; what it found ends. */
  #ends(paths: readonly string[]): Operation[] {
    const { source, generation, givenUp } = this.#at;
    const ours = all(is("source", source), among("path", paths), is("born", generation));
    const found = all(is("source", source), among("path", paths), unended(givenUp));
    return [{ delete: { filter: ours } }, { set_payload: { payload: { dead: generation }, filter: found } }];
  }
}
