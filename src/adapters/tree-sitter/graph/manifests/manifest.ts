import type { Mention, PackageFact } from "../../../../domain/graph/mod.ts";

/** What a manifest or a lock file says. */
export interface Manifest {
  readonly packages: readonly PackageFact[];
  readonly settings: Readonly<Record<string, string>>;
  /** Other files that it names. */
  readonly paths: readonly Mention[];
}

export const noManifest: Manifest = { packages: [], settings: {}, paths: [] };

export type ManifestReader = (text: string) => Manifest;

/** Collects what a reader finds. Lines count from 1. */
export class ManifestDraft {
  readonly #packages: PackageFact[] = [];
  readonly #settings = new Map<string, string>();
  readonly #paths: Mention[] = [];

  depend(ecosystem: string, name: string, version: string, line: number): void {
    if (name !== "") this.#packages.push({ ecosystem, name, version, lines: { start: line, end: line } });
  }

  /** Text as it is, anything else as JSON; nothing for what is not there. */
  set(name: string, value: unknown): void {
    if (value === undefined || value === null || value === "") return;
    this.#settings.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }

  path(name: string, line: number): void {
    this.#paths.push({ kind: "path", name, qualifier: "", from: -1, lines: { start: line, end: line } });
  }

  done(): Manifest {
    const byLine = (a: { lines: { start: number } }, b: { lines: { start: number } }) => a.lines.start - b.lines.start;
    return {
      packages: this.#packages.sort(byLine),
      settings: Object.fromEntries(this.#settings),
      paths: this.#paths.sort(byLine),
    };
  }
}
