import type { Ground, Settings } from "../ground.ts";
import { folderOf, joinPath, nearest } from "../path-index.ts";
import { jsonObject } from "./import-maps.ts";
import { filePlace, outsidePlace, type Place, packagePlace, type Resolver, unknownPlace } from "./place.ts";
import { pythonModules } from "./standard-modules.ts";

/** Import names that are not their distribution's name. */
const distributions = new Map([
  ["yaml", "pyyaml"],
  ["bs4", "beautifulsoup4"],
  ["PIL", "pillow"],
  ["cv2", "opencv-python"],
  ["sklearn", "scikit-learn"],
  ["dateutil", "python-dateutil"],
  ["dotenv", "python-dotenv"],
  ["attr", "attrs"],
  ["jwt", "pyjwt"],
  ["google", "protobuf"],
  ["grpc", "grpcio"],
  ["git", "gitpython"],
  ["Crypto", "pycryptodome"],
  ["serial", "pyserial"],
  ["OpenSSL", "pyopenssl"],
  ["zmq", "pyzmq"],
]);

/** Dots go up from the file's package; other names begin at a root of the source, else in the standard library. */
export const python: Resolver = {
  place(from, specifier, ground) {
    const dots = /^\.*/.exec(specifier)![0].length;
    const names = specifier.slice(dots).split(".").filter(Boolean);
    if (dots > 0) {
      const folder = above(from, dots);
      return folder === undefined ? unknownPlace : moduleAt(folder, names, ground);
    }
    const [first] = names;
    if (first === undefined) return unknownPlace;
    const found = rootsFor(from, ground)
      .map((root) => moduleAt(root, names, ground).files[0])
      .filter((path) => path !== undefined);
    const own = nearest(found, from);
    if (own !== undefined) return filePlace([own]);
    if (pythonModules.has(first)) return outsidePlace;
    // A folder of the source without that module: a namespace, or what is generated later.
    if (rootsFor(from, ground).some((root) => isPackage(root, first, ground))) return unknownPlace;
    const beside = moduleAt(folderOf(from), names, ground);
    if (beside.files.length > 0) return beside;
    return fromOutside(first, ground);
  },

  submodule(from, specifier, name, ground) {
    if (name === "*") return unknownPlace;
    const place = python.place(from, /\.$/.test(specifier) ? specifier + name : `${specifier}.${name}`, ground);
    return place.outside ? unknownPlace : place;
  },
};

/** The folder that so many dots stand for; undefined above the root. */
function above(from: string, dots: number): string | undefined {
  return joinPath(folderOf(from), "../".repeat(dots - 1));
}

function moduleAt(folder: string, names: readonly string[], { paths }: Ground): Place {
  const base = [...(folder === "" ? [] : [folder]), ...names].join("/");
  const asFile = names.length === 0 ? [] : [`${base}.py`, `${base}.pyi`];
  const asPackage = base === "" ? ["__init__.py"] : [`${base}/__init__.py`, `${base}/__init__.pyi`];
  const path = [...asPackage, ...asFile].find((one) => paths.has(one));
  return path === undefined ? unknownPlace : filePlace([path]);
}

function isPackage(root: string, name: string, { paths }: Ground): boolean {
  const folder = root === "" ? name : `${root}/${name}`;
  return paths.has(`${folder}/__init__.py`);
}

/** Where absolute imports begin: the roots that there are, those at or above the file first. */
function rootsFor(from: string, ground: Ground): readonly string[] {
  const { settings } = ground;
  const known = rootsOf.get(settings);
  const roots = known ?? pythonRoots(settings);
  if (known === undefined) rootsOf.set(settings, roots);
  // The folder that holds the outermost package the file is in is a root too: it runs with it on its path.
  let folder = folderOf(from);
  while (folder !== "" && ground.paths.has(`${folder}/__init__.py`)) folder = folderOf(folder);
  return roots.includes(folder) ? roots : [...roots, folder];
}

const rootsOf = new WeakMap<object, readonly string[]>();

function pythonRoots(settings: Settings): readonly string[] {
  const roots = new Set(["", "src", "lib", "python"]);
  for (const folder of settings.folders)
    for (const below of ["", "src", "lib", "python"]) roots.add([folder, below].filter(Boolean).join("/"));
  for (const [folder, json] of settings.all("python.where"))
    for (const below of Object.values(jsonObject(json))) {
      const root = joinPath(folder, String(below));
      if (root !== undefined) roots.add(root);
    }
  return [...roots];
}

function fromOutside(first: string, { settings }: Ground): Place {
  const named = settings.packages("pypi");
  for (const name of [distributions.get(first), first, first.replaceAll("_", "-"), first.toLowerCase()])
    if (name !== undefined && named.has(name)) return packagePlace("pypi", name, true);
  const canonical = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");
  const wanted = canonical(first);
  for (const name of named) if (canonical(name) === wanted) return packagePlace("pypi", name, true);
  return packagePlace("pypi", distributions.get(first) ?? wanted, false);
}
