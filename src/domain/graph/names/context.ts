import type { Lookups } from "../fact-source.ts";
import type { ImportFact } from "../facts.ts";
import { type FileView, familyOfPath, holdsMembers } from "../file-view.ts";
import type { Ground } from "../ground.ts";
import { folderOf } from "../path-index.ts";
import { type Family, type Place, resolverOf, unknownPlace } from "../resolve/mod.ts";
import type { Found } from "./meaning.ts";

/** Files that are looked into for one name, where more than one may have it. */
export const mostHolders = 32;

/** What names are resolved against. */
export interface Context {
  readonly ground: Ground;
  readonly lookups: Lookups;
  /** What is being resolved right now, so that circles end. Names are resolved one after the other. */
  readonly busy: Set<string>;
  /** Where specifiers lead that were asked about before, by file and specifier. */
  readonly places: Map<string, Place>;
}

/** Undefined for what is already being resolved. */
export async function once<T>({ busy }: Context, key: string, work: () => Promise<T>): Promise<T | undefined> {
  if (busy.has(key)) return undefined;
  busy.add(key);
  try {
    return await work();
  } finally {
    busy.delete(key);
  }
}

export interface Binding {
  readonly fact: ImportFact;
  readonly imported: string;
}

export function placeOf({ ground, places }: Context, { path, family }: FileView, specifier: string): Place {
  if (family === undefined) return unknownPlace;
  const key = `${path}\n${specifier}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = resolverOf(family).place(path, specifier, ground);
  places.set(key, place);
  return place;
}

export function submoduleOf({ ground }: Context, { path, family }: FileView, specifier: string, name: string): Place {
  if (family === undefined) return unknownPlace;
  return resolverOf(family).submodule?.(path, specifier, name, ground) ?? unknownPlace;
}

/** `from x import *`, `using X`, `#include`: all names, under none of their own. */
export function isStar({ imported, local }: { readonly imported: string; readonly local: string }): boolean {
  return imported === "*" && (local === "" || local === "*" || local === ".");
}

interface ScopedBinding extends Binding {
  /** Index of the function that the import stands in; -1 for the file. */
  readonly scope: number;
}

const kept = new WeakMap<FileView, ReadonlyMap<string, readonly ScopedBinding[]>>();

/** The import that binds a name at a definition of a file: one in the same function before one of the file. */
export function bindingOf(view: FileView, local: string, at: number): Binding | undefined {
  let bindings = kept.get(view);
  if (bindings === undefined) {
    bindings = bindingsIn(view);
    kept.set(view, bindings);
  }
  const same = bindings.get(local);
  if (same === undefined) return undefined;
  for (let scope = at, left = view.definitions.length; scope >= 0 && left >= 0; left--) {
    const here = same.find((one) => one.scope === scope);
    if (here !== undefined) return here;
    scope = view.definitions[scope]!.parent;
  }
  return same.find((one) => one.scope < 0);
}

function bindingsIn(view: FileView): ReadonlyMap<string, readonly ScopedBinding[]> {
  const made = new Map<string, ScopedBinding[]>();
  for (const fact of view.imports) {
    // What is handed on under another name is not bound in the file itself.
    if (fact.reexport && view.family === "js") continue;
    const scope = functionAround(view, fact.lines.start);
    for (const name of fact.names) {
      if (isStar(name)) continue;
      const binding = { fact, imported: name.imported, scope };
      const same = made.get(name.local);
      if (same === undefined) made.set(name.local, [binding]);
      else same.push(binding);
    }
  }
  return made;
}

/** The innermost function that a line stands in; its own first line is outside, since several may share one. */
export function functionAround({ definitions }: Pick<FileView, "definitions">, line: number): number {
  // Definitions stand in the order of their first lines: those that begin further down are passed over.
  let from = 0;
  for (let to = definitions.length; from < to; ) {
    const middle = (from + to) >>> 1;
    if (definitions[middle]!.lines.start < line) from = middle + 1;
    else to = middle;
  }
  for (let at = from - 1; at >= 0; at -= 1) {
    const { kind, test, lines } = definitions[at]!;
    if ((kind === "function" || kind === "method" || test) && line <= lines.end) return at;
  }
  return -1;
}

/** Views of the files of a family that define a simple name, by path. */
export async function viewsDefining(
  { lookups }: Context,
  name: string,
  family: Family,
  wanted: (path: string) => boolean = () => true,
): Promise<readonly FileView[]> {
  const files = (await lookups.definers(name)).filter((path) => familyOfPath(path) === family && wanted(path));
  const views: FileView[] = [];
  for (const path of files.slice(0, mostHolders)) {
    const view = await lookups.view(path);
    if (view !== undefined) views.push(view);
  }
  return views;
}

/** Families that write out where each of their names comes from, and nest nothing in namespaces. */
const flat: ReadonlySet<Family> = new Set<Family>(["js", "python", "rust", "go"]);

export function isFlat(family: Family | undefined): boolean {
  return family !== undefined && flat.has(family);
}

/** Indices of what a file defines under a name that others can use as it is: at the top, or right in namespaces. */
export function topLevel(view: FileView, name: string): readonly number[] {
  const same = view.byName.get(name) ?? [];
  const deep = !isFlat(view.family);
  return same.filter((n) => {
    const { parent, qualifiedName } = view.definitions[n]!;
    if (parent < 0) return qualifiedName === name || deep;
    if (!deep) return false;
    for (let up = parent, left = view.definitions.length; up >= 0 && left >= 0; left--) {
      const holder = view.definitions[up]!;
      if (holder.kind !== "module") return false;
      up = holder.parent;
    }
    return true;
  });
}

/** The class that a definition stands in or is. */
function enclosingClass(view: FileView, at: number): number | undefined {
  for (let scope = at, left = view.definitions.length; scope >= 0 && left >= 0; left--) {
    const holder = view.definitions[scope]!;
    if (holdsMembers(holder) && holder.kind !== "module") return scope;
    scope = holder.parent;
  }
  return undefined;
}

/** The type whose member a definition is: around it, or named before it as in `func (s *Server) Start`, `void Server::start()`. */
export async function ownerOf(context: Context, view: FileView, at: number): Promise<Found | undefined> {
  const around = enclosingClass(view, at);
  if (around !== undefined) return { view, n: around };
  const qualifiedName = view.definitions[at]?.qualifiedName ?? "";
  const owner = qualifiedName.slice(0, Math.max(0, qualifiedName.lastIndexOf(".")));
  if (owner === "") return undefined;
  const own = view.byQualified.get(owner)?.[0];
  if (own !== undefined) return { view, n: own };
  const { family, path } = view;
  if (family !== "go" && family !== "c") return undefined;
  const wanted = (one: string) => family === "c" || folderOf(one) === folderOf(path);
  for (const other of await viewsDefining(context, owner.slice(owner.lastIndexOf(".") + 1), family, wanted)) {
    const n = other.byQualified.get(owner)?.[0];
    if (n !== undefined) return { view: other, n };
  }
  return undefined;
}

/** `a::b`, `A\B` and `a.b` alike. */
export function dots(name: string): string {
  return name.replace(/::|\\/g, ".").replace(/^\.+|\.+$/g, "");
}

/** A plain chain of names; undefined when calls, indices or something unreadable is in it. */
export function chain(qualifier: string): readonly string[] | undefined {
  if (/[()[\]…]/.test(qualifier)) return undefined;
  const parts = qualifier.split(/\?\.|!\.|\.|::|\?->|->|\\/).filter(Boolean);
  return parts.length === 0 ? undefined : parts;
}
