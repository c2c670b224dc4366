import { isReadLockFile } from "../discovery/mod.ts";

const manifestNames = new Set([
  "package.json",
  "deno.json",
  "deno.jsonc",
  "jsconfig.json",
  "go.mod",
  "Cargo.toml",
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "Pipfile",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "composer.json",
  "Gemfile",
]);

/** Files whose settings and packages decide how the imports of others are resolved. Lock files are none. */
export function decidesOthers(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    manifestNames.has(name) || /^tsconfig[\w.-]*\.json$|\.(?:csproj|gemspec)$|^requirements[\w.-]*\.txt$/.test(name)
  );
}

/** Files that say which versions of packages are used: lock files, and go.mod, whose versions are those that are built. */
export function saysVersions(path: string): boolean {
  return isReadLockFile(path) || path === "go.mod" || path.endsWith("/go.mod");
}
