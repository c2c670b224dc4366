import { isReadLockFile, namesEveryPackage } from "../discovery/mod.ts";
import type { GraphFacts, PackageFact } from "./facts.ts";
import type { Settings } from "./ground.ts";

/** Packages with the versions used of them, both sorted. */
export type UsedVersions = readonly {
  readonly ecosystem: string;
  readonly name: string;
  readonly used: readonly string[];
}[];

/**
 * The name of the package that a file speaks of. Undefined for what a lock file names without anybody having asked for
 * it, where the lock file doesn't tell.
 */
export function packageMeant(
  settings: Settings,
  path: string,
  { ecosystem, name }: Pick<PackageFact, "ecosystem" | "name">,
): string | undefined {
  if (!isReadLockFile(path)) return name;
  return settings.packageNamed(ecosystem, name) ?? (namesEveryPackage(path) ? undefined : name);
}

/** What files that `saysVersions` say of versions. */
export function usedVersions(settings: Settings, files: ReadonlyMap<string, GraphFacts>): UsedVersions {
  const found = new Map<string, { ecosystem: string; name: string; versions: Set<string> }>();
  for (const [path, { packages }] of files) {
    for (const said of packages) {
      const name = packageMeant(settings, path, said);
      if (name === undefined || said.version === "") continue;
      const { ecosystem } = said;
      const key = `${ecosystem}/${name}`;
      const known = found.get(key) ?? { ecosystem, name, versions: new Set<string>() };
      found.set(key, known);
      known.versions.add(said.version);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ecosystem, name, versions }]) => ({ ecosystem, name, used: [...versions].sort() }));
}
