import type { GraphFacts } from "./facts.ts";
import { folderOf, type PathIndex } from "./path-index.ts";

/** Where a file belongs, as catalogue and CODEOWNERS say. */
export interface Placing {
  /** "" for none. */
  readonly subsystem: string;
  readonly tags: readonly string[];
  readonly owners: readonly string[];
}

/** What a catalogue, a manifest or a folder says of a subsystem. */
export interface PartOfSource {
  readonly name: string;
  readonly description: string;
  readonly owners: readonly string[];
  readonly criticality: string;
  readonly tags: readonly string[];
  readonly dependsOn: readonly string[];
  readonly origin: string;
}

/** What is known of a source as a whole while its files are linked. */
export interface Ground {
  readonly source: string;
  readonly paths: PathIndex;
  readonly settings: Settings;
  place(path: string): Placing;
  /** Those that any file belongs to, and those of the catalogue. */
  part(name: string): PartOfSource | undefined;
  /** Names of the subsystems that a catalogue names, whether a file belongs to them or not. */
  readonly catalogue: readonly string[];
}

/** What of a manifest decides how others are resolved: two that are equal in it relink nothing but themselves. */
export function decisive({ settings, packages }: GraphFacts): string {
  const named = [...new Set(packages.map(({ ecosystem, name }) => `${ecosystem} ${name}`))].sort();
  return JSON.stringify([Object.entries(settings).sort(), named]);
}

/** What the manifests of a source say, by setting and folder. */
export class Settings {
  readonly #byKey = new Map<string, Map<string, string>>();
  readonly #packages = new Map<string, Set<string>>();
  /** By ecosystem: names as the first manifest writes them, by what is the same for its packagers. */
  readonly #written = new Map<string, Map<string, string>>();
  readonly #folders: string[];

  /** @param manifests facts of the files that `decidesOthers`, by path */
  constructor(manifests: ReadonlyMap<string, GraphFacts> = new Map()) {
    // `tsconfig.json` after `tsconfig.build.json`: of several in a folder the plain one, which sorts last, has its way.
    for (const [path, { settings, packages }] of [...manifests].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const [key, value] of Object.entries(settings)) {
        const folders = this.#byKey.get(key) ?? new Map<string, string>();
        this.#byKey.set(key, folders.set(folderOf(path), value));
      }
      for (const { ecosystem, name } of packages) {
        const names = this.#packages.get(ecosystem) ?? new Set<string>();
        this.#packages.set(ecosystem, names.add(name));
        const written = this.#written.get(ecosystem) ?? new Map<string, string>();
        this.#written.set(ecosystem, written);
        if (!written.has(plainName(ecosystem, name))) written.set(plainName(ecosystem, name), name);
      }
    }
    this.#folders = [...new Set([...manifests.keys()].map(folderOf))].sort();
  }

  /** Folders that hold a manifest, sorted. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Folders that have the setting, with its values. */
  all(key: string): ReadonlyMap<string, string> {
    return this.#byKey.get(key) ?? nothing;
  }

  /** The setting of the nearest folder at or above a file's. */
  above(path: string, key: string): { readonly folder: string; readonly value: string } | undefined {
    const values = this.#byKey.get(key);
    if (values === undefined) return undefined;
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const value = values.get(folder);
      if (value !== undefined) return { folder, value };
      if (folder === "") return undefined;
    }
  }

  /** Packages that any manifest names. */
  packages(ecosystem: string): ReadonlySet<string> {
    return this.#packages.get(ecosystem) ?? noNames;
  }

  /** A package as manifests write its name: lock files write some in another way. Undefined where none names it. */
  packageNamed(ecosystem: string, name: string): string | undefined {
    if (this.packages(ecosystem).has(name)) return name;
    return this.#written.get(ecosystem)?.get(plainName(ecosystem, name));
  }
}

/** PyPI takes `Zope.Interface` and `zope-interface` for one, NuGet names in any case. */
function plainName(ecosystem: string, name: string): string {
  if (ecosystem === "pypi") return name.toLowerCase().replace(/[-_.]+/g, "-");
  return ecosystem === "nuget" ? name.toLowerCase() : name;
}

const nothing: ReadonlyMap<string, string> = new Map();
const noNames: ReadonlySet<string> = new Set();
