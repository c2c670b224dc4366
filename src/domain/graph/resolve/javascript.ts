import type { Ground } from "../ground.ts";
import { joinPath } from "../path-index.ts";
import { filePlace, outsidePlace, type Place, packagePlace, type Resolver, unknownPlace } from "./place.ts";
import { nodeModules } from "./standard-modules.ts";

/** In TypeScript's own order; other tools' files after. */
const extensions = [".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".json"];
/** What a written extension may stand for in the sources: the compiler looks there first. */
const sourcesOf = new Map([
  [".js", [".ts", ".tsx", ".d.ts"]],
  [".jsx", [".tsx", ".d.ts"]],
  [".mjs", [".mts", ".d.mts"]],
  [".cjs", [".cts", ".d.cts"]],
]);
/** Where a package of a workspace keeps its entry when its manifest names a built file, or none. */
const entries = ["src/index", "index", "lib/index", "src/main", "main", "src/mod", "mod"];

/** Relative paths, `paths` and `baseUrl` of tsconfig, packages of the same workspace; all else is a package of npm. */
export const javascript: Resolver = {
  place(from, specifier, ground) {
    const bare = specifier.replace(/[?#].*$/, "");
    if (/^\.\.?(?:\/|$)/.test(bare)) return fileOrFolder(joinPath(folderOf(from), bare), ground);
    if (bare.startsWith("/") || bare === "") return unknownPlace;
    if (/^(?:node|bun|deno|cloudflare|astro|virtual):/.test(bare)) return outsidePlace;
    const mapped = byPaths(from, bare, ground);
    if (mapped.files.length > 0) return mapped;
    const name = packageName(bare);
    const own = workspacePackage(name, bare.slice(name.length + 1), ground);
    if (own !== undefined) return own;
    if (nodeModules.has(bare.split("/")[0]!)) return outsidePlace;
    const based = byBase(from, bare, ground);
    if (based.files.length > 0) return based;
    if (/^[a-z]+:/.test(bare)) return npmOrJsr(bare);
    if (bare.startsWith("#") || /^[@~]\//.test(bare)) return unknownPlace;
    return packagePlace("npm", name, ground.settings.packages("npm").has(name));
  },
};

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `npm:chalk@5/x` → chalk. */
function npmOrJsr(specifier: string): Place {
  const name = /^(?:npm|jsr):\/?((?:@[\w.-]+\/)?[\w.-]+)/.exec(specifier)?.[1];
  return name === undefined ? outsidePlace : packagePlace("npm", name, true);
}

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

/** A file as Node's and TypeScript's resolution would find it: as written, by extension, or as a folder's index. */
function fileOrFolder(base: string | undefined, ground: Ground): Place {
  if (base === undefined) return unknownPlace;
  const file = asFile(base, ground) ?? asFolder(base, ground);
  return file === undefined ? unknownPlace : filePlace([file]);
}

function asFile(base: string, { paths }: Ground): string | undefined {
  const written = /\.[cm]?jsx?$/.exec(base)?.[0];
  if (written !== undefined) {
    const stem = base.slice(0, -written.length);
    const source = sourcesOf.get(written)?.find((extension) => paths.has(stem + extension));
    if (source !== undefined) return stem + source;
  }
  if (base !== "" && paths.has(base)) return base;
  const found = extensions.find((extension) => paths.has(base + extension));
  return found === undefined ? undefined : base + found;
}

function asFolder(folder: string, ground: Ground): string | undefined {
  const inFolder = (path: string) => (folder === "" ? path : `${folder}/${path}`);
  const main = ground.settings.all("npm.main").get(folder);
  const named = main === undefined ? undefined : joinPath(folder, main);
  const entry = named === undefined ? undefined : asFile(named, ground);
  return entry ?? asFile(inFolder("index"), ground);
}

/** The nearest tsconfig with `paths` decides; of several patterns the one with the longest beginning. */
function byPaths(from: string, specifier: string, ground: Ground): Place {
  const setting = ground.settings.above(from, "ts.paths");
  if (setting === undefined) return unknownPlace;
  const base = ground.settings.all("ts.baseUrl").get(setting.folder) ?? ".";
  let best: { readonly length: number; readonly targets: readonly string[]; readonly rest: string } | undefined;
  for (const [pattern, targets] of parsePaths(setting.value)) {
    const star = pattern.indexOf("*");
    const start = star < 0 ? pattern : pattern.slice(0, star);
    const end = star < 0 ? "" : pattern.slice(star + 1);
    const fits =
      star < 0
        ? specifier === pattern
        : specifier.length >= start.length + end.length && specifier.startsWith(start) && specifier.endsWith(end);
    if (!fits || (best !== undefined && best.length >= start.length)) continue;
    best = { length: start.length, targets, rest: specifier.slice(start.length, specifier.length - end.length) };
  }
  for (const target of best?.targets ?? []) {
    const folder = joinPath(setting.folder, base);
    const path = folder === undefined ? undefined : joinPath(folder, target.replace("*", best!.rest));
    const place = fileOrFolder(path, ground);
    if (place.files.length > 0) return place;
  }
  return unknownPlace;
}

const parsed = new Map<string, readonly (readonly [string, readonly string[]])[]>();

/** Of few texts that are asked for often. */
function parsePaths(json: string): readonly (readonly [string, readonly string[]])[] {
  const known = parsed.get(json);
  if (known !== undefined) return known;
  const paths: [string, string[]][] = [];
  try {
    for (const [pattern, targets] of Object.entries(JSON.parse(json) as Record<string, unknown>))
      if (Array.isArray(targets))
        paths.push([pattern, targets.filter((one): one is string => typeof one === "string")]);
  } catch {
    // Facts hold what the file says; what is no JSON maps nothing.
  }
  if (parsed.size > 100) parsed.clear();
  parsed.set(json, paths);
  return paths;
}

function byBase(from: string, specifier: string, ground: Ground): Place {
  const setting = ground.settings.above(from, "ts.baseUrl");
  const folder = setting && joinPath(setting.folder, setting.value);
  return folder === undefined ? unknownPlace : fileOrFolder(joinPath(folder, specifier), ground);
}

/** A package that lies in this source itself: its entry, or the file of a path below it. */
function workspacePackage(name: string, below: string, ground: Ground): Place | undefined {
  for (const [folder, value] of ground.settings.all("npm.name")) {
    if (value !== name) continue;
    const inFolder = (path: string) => (folder === "" ? path : `${folder}/${path}`);
    if (below !== "") {
      const place = fileOrFolder(inFolder(below), ground);
      return place.files.length > 0 ? place : fileOrFolder(inFolder(`src/${below}`), ground);
    }
    const main = asFolder(folder, ground);
    const entry = main ?? entries.map((one) => asFile(inFolder(one), ground)).find((file) => file !== undefined);
    return entry === undefined ? unknownPlace : filePlace([entry]);
  }
  return undefined;
}
