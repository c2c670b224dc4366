import type { ImportFact } from "../facts.ts";
import type { FileView } from "../file-view.ts";
import { baseOf } from "../path-index.ts";
import type { Place } from "../resolve/mod.ts";
import { bare } from "./bare.ts";
import { type Context, isStar, mostHolders, once, placeOf, submoduleOf, topLevel } from "./context.ts";
import { definedIn, type Meaning, outside, weaker } from "./meaning.ts";
import { member } from "./member.ts";
import { fromNamespace, isNamespaced } from "./namespace.ts";

/** Modules that one name is followed through from re-export to re-export. */
const mostHops = 64;

/** What `imported` of an import statement stands for. Never undefined: an import says where a name is from. */
export async function importedBy(
  context: Context,
  view: FileView,
  fact: ImportFact,
  imported: string,
  seen: Set<string> = new Set(),
): Promise<Meaning> {
  const { specifier } = fact;
  // `export { a as b }` without a source.
  if (specifier === "") return (await bare(context, view, imported, -1)) ?? outside;
  if (isNamespaced(view.family)) return fromNamespace(context, view, specifier, imported);
  const place = placeOf(context, view, specifier);
  const start = await into(context, place, seen);
  if (imported === "*") return weaker(start, place.confidence) ?? outside;
  const symbol = async () => {
    if (start?.kind !== "module") return start && member(context, start, imported);
    return exportOf(context, start.files, imported, seen);
  };
  const module = (): Meaning | undefined => {
    const { files, confidence } = submoduleOf(context, view, specifier, imported);
    return files.length === 0 ? undefined : { kind: "module", files, confidence };
  };
  const found = view.family === "rust" ? (module() ?? (await symbol())) : ((await symbol()) ?? module());
  return weaker(found, place.confidence) ?? outside;
}

/** The module that a place is, or what it names inside one. */
export async function into(
  context: Context,
  { files, inner, confidence }: Place,
  seen: Set<string> = new Set(),
): Promise<Meaning | undefined> {
  if (files.length === 0) return undefined;
  let meaning: Meaning | undefined = { kind: "module", files, confidence };
  for (const name of inner) {
    if (meaning?.kind === "module") meaning = await exportOf(context, meaning.files, name, seen);
    else if (meaning?.kind === "defined") meaning = await member(context, meaning, name);
    else return meaning;
  }
  return meaning;
}

/** What a name stands for that is asked of a module from outside, re-exports followed. */
export async function exportOf(
  context: Context,
  files: readonly string[],
  name: string,
  seen: Set<string> = new Set(),
): Promise<Meaning | undefined> {
  // Of a package of many files only those are read that define the name.
  const few = files.length <= 2 ? files : await definersAmong(context, name, new Set(files));
  for (const path of few) {
    const key = `${path}\n${name}`;
    if (seen.has(key) || seen.size > mostHops) continue;
    seen.add(key);
    const view = await context.lookups.view(path);
    if (view === undefined) continue;
    const found = await once(context, `export\n${key}`, () => exportOfFile(context, view, name, seen));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function exportOfFile(
  context: Context,
  view: FileView,
  name: string,
  seen: Set<string>,
): Promise<Meaning | undefined> {
  if (name !== "default" || view.family !== "js") {
    return definedIn(view, topLevel(view, name)) ?? (await handedOn(context, view, name, seen));
  }
  const said = await handedOn(context, view, name, seen);
  if (said !== undefined) return said;
  return view.defaultExport < 0 ? undefined : definedIn(view, [view.defaultExport]);
}

/** What a module imports itself: in Python and JavaScript whoever asks for it by name says that it is handed on. */
async function handedOn(
  context: Context,
  view: FileView,
  name: string,
  seen: Set<string>,
): Promise<Meaning | undefined> {
  const all = view.family === "python" || view.family === "js";
  const stars: ImportFact[] = [];
  for (const fact of view.imports) {
    for (const one of fact.names) {
      if (isStar(one)) {
        if (fact.reexport || view.family === "python") stars.push(fact);
      } else if (one.local === name && (fact.reexport || all)) {
        return importedBy(context, view, fact, one.imported, seen);
      }
    }
  }
  if (name === "default") return undefined;
  for (const fact of stars) {
    const start = await into(context, placeOf(context, view, fact.specifier), seen);
    let found: Meaning | undefined;
    if (start?.kind === "module") found = await exportOf(context, start.files, name, seen);
    else if (start?.kind === "defined") found = await member(context, start, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A module inside a module, which nothing need import: Python's packages once loaded, Rust's `mod`. */
export async function moduleBelow(
  context: Context,
  files: readonly string[],
  name: string,
): Promise<Meaning | undefined> {
  const path = files[0];
  const view = path === undefined ? undefined : await context.lookups.view(path);
  if (view?.family !== "python" && view?.family !== "rust") return undefined;
  if (view.family === "python" && !baseOf(view.path).startsWith("__init__.")) return undefined;
  const place = submoduleOf(context, view, view.family === "python" ? "." : "self", name);
  return place.files.length === 0 ? undefined : { kind: "module", files: place.files, confidence: place.confidence };
}

async function definersAmong(
  { lookups }: Context,
  name: string,
  files: ReadonlySet<string>,
): Promise<readonly string[]> {
  return (await lookups.definers(name)).filter((path) => files.has(path)).slice(0, mostHolders);
}
