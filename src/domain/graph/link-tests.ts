import { isTestPath, type Linking } from "./link-context.ts";
import { nodeId } from "./node.ts";
import { baseOf, folderOf, type PathIndex } from "./path-index.ts";

/** Parts of names that only say that a file is a test. */
const marks =
  /^(?:test|tests|spec)[_-]|[._-](?:test|tests|spec|unit|e2e|it)$|(?<=[a-z0-9])(?:Tests?|TestCase|IT|Spec|Specs)$|^Test(?=[A-Z])/;
const testFolders = new Set(["test", "tests", "__tests__", "spec", "specs", "testing", "unit", "e2e"]);
const sourceFolders = new Set(["src", "lib", "app", "main", "source"]);
/** What may stand for one another: a test in one is of code in another. */
const siblings: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ["ts", "tsx", "js", "jsx", "mts", "mjs", "cjs", "cts", "vue", "svelte"],
    ["c", "cc", "cpp", "cxx", "h", "hpp"],
    ["java", "kt", "scala", "groovy"],
  ].flatMap((group) => group.map((extension) => [extension, group] as const)),
);

function split(name: string): readonly [string, string] {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** The name that a test file's name is made from; undefined when it is made from none. */
export function testedStem(path: string): string | undefined {
  const [stem] = split(baseOf(path));
  const plain = stem.replace(marks, "");
  return plain === stem || plain === "" ? undefined : plain;
}

/**
 * The file that a test file is named after: `foo.test.ts` → `foo.ts`, beside it or in a folder that corresponds. Undefined
 * for none, or for several that are as near.
 */
export function testedFile(path: string, paths: PathIndex): string | undefined {
  const stem = testedStem(path);
  if (stem === undefined) return undefined;
  const [, extension] = split(baseOf(path));
  const names = (siblings.get(extension) ?? [extension]).map((one) => `${stem}.${one}`);
  const found = names.flatMap((name) => paths.named(name)).filter((one) => one !== path && !isTestPath(one));
  const way = plainFolders(path);
  let best: string | undefined;
  let most = -1;
  let tied = false;
  for (const one of found) {
    const score = folderOf(one) === folderOf(path) ? Number.MAX_SAFE_INTEGER : common(plainFolders(one), way);
    tied = score === most;
    if (score > most) [best, most] = [one, score];
  }
  return tied ? undefined : best;
}

/** Folders without those that only part tests from sources. */
function plainFolders(path: string): readonly string[] {
  return folderOf(path)
    .split("/")
    .filter((part) => part !== "" && !testFolders.has(part) && !sourceFolders.has(part));
}

/** How many folders agree from the end on; half a point less for each that has no partner. */
function common(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return n * 100 - Math.abs(a.length - b.length) + 50;
}

/** TESTS by name alone: possible. */
export function linkTests({ file, builder, fileId, context }: Linking): void {
  if (!isTestPath(file.path)) return;
  const { paths, source } = context.ground;
  const tested = testedFile(file.path, paths);
  if (tested !== undefined) builder.edge("tests", fileId, nodeId(source, "file", tested), "possible");
}
