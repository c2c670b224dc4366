import { alive, type FileFacts } from "../../../domain/mod.ts";

/** What a path held from `born` until `dead`, as a range of chunk rows. */
export interface ContentEntry {
  readonly id: number;
  readonly path: number;
  readonly first: number;
  readonly count: number;
  readonly born: number;
  dead: number;
}

export interface FileVersion {
  readonly born: number;
  dead: number;
  readonly facts: FileFacts;
}

export interface PathEntry {
  readonly path: string;
  versions: FileVersion[];
}

/** A source's files and chunk ranges as searches need them, in memory. */
export class SourceTable {
  readonly id: number;
  readonly name: string;
  readonly paths = new Map<number, PathEntry>();
  /** Ascending by first chunk row. */
  #contents: ContentEntry[] = [];

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }

  addContents(entries: readonly ContentEntry[]): void {
    for (const entry of entries) if (entry.count > 0) this.#contents.push(entry);
    this.#contents.sort((a, b) => a.first - b.first);
  }

  addFile(pathId: number, path: string, version: FileVersion): void {
    const entry = this.paths.get(pathId);
    if (entry === undefined) this.paths.set(pathId, { path, versions: [version] });
    else entry.versions.push(version);
  }

  contentOf(row: number): ContentEntry | undefined {
    let low = 0;
    let high = this.#contents.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const entry = this.#contents[middle]!;
      if (row < entry.first) high = middle - 1;
      else if (row >= entry.first + entry.count) low = middle + 1;
      else return entry;
    }
    return undefined;
  }

  version(pathId: number, generation: number): FileVersion | undefined {
    return this.paths.get(pathId)?.versions.find(({ born, dead }) => born <= generation && generation < dead);
  }

  /** Ends contents by id, and the files of these paths, at a generation. Returns the contents ended. */
  end(contents: ReadonlySet<number>, paths: ReadonlySet<number>, generation: number): ContentEntry[] {
    for (const path of paths)
      for (const version of this.paths.get(path)?.versions ?? [])
        if (version.dead === alive && version.born < generation) version.dead = generation;
    const ended = this.#contents.filter((entry) => contents.has(entry.id) && entry.dead === alive);
    for (const entry of ended) entry.dead = generation;
    return ended;
  }

  /** Forgets what was born after `base`, and revives what ended after it. */
  takeBack(base: number): { readonly dropped: ContentEntry[]; readonly revived: ContentEntry[] } {
    const revived: ContentEntry[] = [];
    const dropped = this.#drop(
      ({ born }) => born > base,
      ({ born }) => born > base,
    );
    for (const entry of this.#contents) if (revive(entry, base)) revived.push(entry);
    for (const { versions } of this.paths.values()) for (const version of versions) revive(version, base);
    return { dropped, revived };
  }

  /** Forgets what no generation at or after `oldest` sees. */
  sweep(oldest: number): ContentEntry[] {
    return this.#drop(
      ({ dead }) => dead <= oldest,
      ({ dead }) => dead <= oldest,
    );
  }

  #drop(content: (entry: ContentEntry) => boolean, file: (version: FileVersion) => boolean): ContentEntry[] {
    const dropped = this.#contents.filter(content);
    if (dropped.length > 0) this.#contents = this.#contents.filter((entry) => !content(entry));
    for (const [id, entry] of this.paths) {
      if (!entry.versions.some(file)) continue;
      entry.versions = entry.versions.filter((version) => !file(version));
      if (entry.versions.length === 0) this.paths.delete(id);
    }
    return dropped;
  }
}

function revive(row: { dead: number }, base: number): boolean {
  if (row.dead <= base || row.dead === alive) return false;
  row.dead = alive;
  return true;
}

export function* rowsOf(entries: readonly ContentEntry[]): Generator<number> {
  for (const { first, count } of entries) for (let row = first; row < first + count; row++) yield row;
}
