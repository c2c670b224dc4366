/** Lock files that are read for the packages they name, by whether they name every package rather than those asked for. */
const read: ReadonlyMap<string, boolean> = new Map([
  ["package-lock.json", false],
  ["npm-shrinkwrap.json", false],
  ["pnpm-lock.yaml", false],
  ["Cargo.lock", false],
  ["Gemfile.lock", false],
  ["packages.lock.json", false],
  ["yarn.lock", true],
  ["poetry.lock", true],
  ["uv.lock", true],
  ["composer.lock", true],
]);

/**
 * Largest lock file that is read, in bytes, whatever the operator's limit of other files: that one says what is worth
 * searching, and a monorepo's lock file is a few megabytes.
 */
export const longestLockFile = 8 * 1_048_576;

/** Whether a file is a lock file that is read for its packages, though it is never searched. */
export function isReadLockFile(path: string): boolean {
  return read.has(nameOf(path));
}

/** Whether a lock file doesn't tell the packages that were asked for from what those need. */
export function namesEveryPackage(path: string): boolean {
  return read.get(nameOf(path)) === true;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
