import type { Ground } from "../ground.ts";
import { joinPath } from "../path-index.ts";
import { jsonObject, mappedPaths } from "./import-maps.ts";
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
    const byName = byMap(from, bare, ground);
    if (byName.files.length > 0 || byName.outside) return byName;
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

/** The nearest tsconfig with `paths` decides, or the one that the nearest builds on. */
function byPaths(from: string, specifier: string, ground: Ground): Place {
  const { settings } = ground;
  const setting = settings.above(from, "ts.paths") ?? extended(from, ground);
  if (setting === undefined) return unknownPlace;
  const base = joinPath(setting.folder, settings.all("ts.baseUrl").get(setting.folder) ?? ".");
  return firstFile(base, mappedPaths(jsonObject(setting.value), specifier), ground);
}

function extended(from: string, { settings }: Ground) {
  const written = settings.above(from, "ts.extends");
  const path = written?.value.startsWith(".") ? joinPath(written.folder, written.value) : undefined;
  if (path === undefined) return undefined;
  const folder = folderOf(path);
  const value = settings.all("ts.paths").get(folder);
  return value === undefined ? undefined : { folder, value };
}

/** `imports` of package.json for `#names`, import maps of deno.json for all. */
function byMap(from: string, specifier: string, ground: Ground): Place {
  for (const key of ["npm.imports", "deno.imports"]) {
    const setting = ground.settings.above(from, key);
    if (setting === undefined || (key === "npm.imports" && !specifier.startsWith("#"))) continue;
    const targets = mappedPaths(jsonObject(setting.value), specifier);
    const place = firstFile(
      setting.folder,
      targets.filter((path) => path.startsWith(".")),
      ground,
    );
    if (place.files.length > 0) return place;
    const [outside] = targets.filter((target) => /^(?:npm|jsr):/.test(target));
    if (outside !== undefined) return npmOrJsr(outside);
  }
  return unknownPlace;
}

function firstFile(folder: string | undefined, targets: readonly string[], ground: Ground): Place {
  for (const target of targets) {
    const place = fileOrFolder(folder === undefined ? undefined : joinPath(folder, target), ground);
    if (place.files.length > 0) return place;
  }
  return unknownPlace;
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
    const exported = exportedFile(folder, below, ground);
    if (exported.files.length > 0) return exported;
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

/** What `exports` of a package of the workspace names, where that is a file of the source. */
function exportedFile(folder: string, below: string, ground: Ground): Place {
  const value = ground.settings.all("npm.exports").get(folder);
  if (value === undefined) return unknownPlace;
  const exports = jsonObject(value);
  const subpaths = Object.keys(exports).some((key) => key.startsWith("."));
  const map = subpaths ? exports : { ".": value.startsWith("{") ? exports : value };
  return firstFile(folder, mappedPaths(map, below === "" ? "." : `./${below}`), ground);
}
