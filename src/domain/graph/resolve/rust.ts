import type { Ground } from "../ground.ts";
import { baseOf, folderOf, withoutExtension } from "../path-index.ts";
import { filePlace, outsidePlace, type Place, packagePlace, type Resolver, unknownPlace } from "./place.ts";

const standard = new Set(["std", "core", "alloc", "proc_macro", "test"]);
/** Files that are the module of their folder, not one below it. */
const roots = new Set(["mod.rs", "lib.rs", "main.rs"]);

/** `crate`, `self` and `super` walk the module tree; another first name is a child module, a crate of ours, or one from outside. */
export const rust: Resolver = {
  place(from, specifier, ground) {
    const names = specifier.replace(/^::/, "").split("::").filter(Boolean);
    const [first, ...rest] = names;
    if (first === undefined) return unknownPlace;
    if (first === "crate") return walk(crateFile(from, ground), rest, ground);
    if (first === "self") return walk(from, rest, ground);
    if (first === "super") return climb(from, names, ground);
    const child = childModule(from, first, ground);
    if (child !== undefined) return walk(child, rest, ground);
    if (standard.has(first)) return outsidePlace;
    const crates = [...ground.settings.all("cargo.lib.name"), ...ground.settings.all("cargo.name")];
    for (const [folder, value] of crates) {
      if (value.replaceAll("-", "_") !== first) continue;
      const lib = ground.settings.all("cargo.lib.path").get(folder) ?? "src/lib.rs";
      const entry = [lib, "src/main.rs"].map((one) => [folder, one].filter(Boolean).join("/"));
      return walk(
        entry.find((path) => ground.paths.has(path)),
        rest,
        ground,
      );
    }
    const named = ground.settings.packages("cargo");
    for (const name of [first, first.replaceAll("_", "-")])
      if (named.has(name)) return packagePlace("cargo", name, true);
    // A name that the file itself has in scope: an enum's variants, a module inside it.
    return unknownPlace;
  },

  submodule(from, specifier, name, ground) {
    const place = rust.place(from, `${specifier}::${name}`, ground);
    return place.inner.length === 0 ? place : unknownPlace;
  },
};

/** The folder that a module's children lie in. */
function folderOfChildren(path: string): string {
  return roots.has(baseOf(path)) ? folderOf(path) : withoutExtension(path);
}

function childModule(path: string, name: string, { paths }: Ground): string | undefined {
  const folder = folderOfChildren(path);
  const base = folder === "" ? name : `${folder}/${name}`;
  return [`${base}.rs`, `${base}/mod.rs`].find((one) => paths.has(one));
}

/** Down the modules as far as there are files; what is left names things inside the last. */
function walk(start: string | undefined, names: readonly string[], ground: Ground): Place {
  if (start === undefined) return unknownPlace;
  let path = start;
  for (const [n, name] of names.entries()) {
    const child = childModule(path, name, ground);
    if (child === undefined) return filePlace([path], names.slice(n));
    path = child;
  }
  return filePlace([path]);
}

function climb(from: string, names: readonly string[], ground: Ground): Place {
  let path: string | undefined = from;
  let n = 0;
  for (; names[n] === "super" && path !== undefined; n++) path = parentModule(path, ground);
  return walk(path, names.slice(n), ground);
}

function parentModule(path: string, { paths }: Ground): string | undefined {
  const folder = baseOf(path) === "mod.rs" ? folderOf(folderOf(path)) : folderOf(path);
  const inFolder = (name: string) => (folder === "" ? name : `${folder}/${name}`);
  const beside = folder === "" ? [] : [`${folder}.rs`];
  return [...beside, ...[...roots].map(inFolder)].find((one) => one !== path && paths.has(one));
}

/** `src/lib.rs` or `src/main.rs` of the nearest crate; a test or an example is a crate of its own. */
function crateFile(from: string, ground: Ground): string | undefined {
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    for (const name of ["lib.rs", "main.rs"]) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (ground.paths.has(path)) return path;
    }
    if (folder === "" || ground.settings.all("cargo.name").has(folder)) return undefined;
  }
}
