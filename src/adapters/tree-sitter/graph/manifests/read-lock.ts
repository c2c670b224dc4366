import { shapedSecret } from "../../../../domain/discovery/mod.ts";
import type { PackageFact } from "../../../../domain/graph/mod.ts";
import { cargoLock } from "./cargo.ts";
import { composerLock } from "./composer.ts";
import type { ManifestReader } from "./manifest.ts";
import { npmLock } from "./npm.ts";
import { nugetLock } from "./nuget.ts";
import { pnpmLock } from "./pnpm.ts";
import { pythonLock } from "./python.ts";
import { gemLock } from "./ruby.ts";
import { yarnLock } from "./yarn.ts";

const byName: ReadonlyMap<string, ManifestReader> = new Map([
  ["package-lock.json", npmLock],
  ["npm-shrinkwrap.json", npmLock],
  ["yarn.lock", yarnLock],
  ["pnpm-lock.yaml", pnpmLock],
  ["Cargo.lock", cargoLock],
  ["Gemfile.lock", gemLock],
  ["packages.lock.json", nugetLock],
  ["poetry.lock", pythonLock],
  ["uv.lock", pythonLock],
  ["composer.lock", composerLock],
]);

/** Lock files are read with whatever addresses and tokens they hold: what doesn't look like a name or a version stays there. */
const nameShape = /^@?\w[\w./@-]{0,213}$/;
const versionShape = /^(?:v?\d[\w.+~!-]{0,99}|dev-[\w./-]{1,99})$/i;

/** The packages that a lock file names, in line order; none for other files. */
export function readLock(path: string, text: string): readonly PackageFact[] {
  const packages = byName.get(path.slice(path.lastIndexOf("/") + 1))?.(text).packages ?? [];
  return packages
    .filter(({ name }) => nameShape.test(name) && !holdsSecret(name))
    .map((said) => (versionShape.test(said.version) && !holdsSecret(said.version) ? said : { ...said, version: "" }));
}

function holdsSecret(text: string): boolean {
  return text.search(shapedSecret) >= 0;
}
