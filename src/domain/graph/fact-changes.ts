import { decidesOthers, saysVersions } from "./decides-others.ts";
import type { GraphFacts, ImportFact } from "./facts.ts";
import { type FileView, familyOfPath, holdsMembers, viewOf } from "./file-view.ts";
import { decisive } from "./ground.ts";
import { generatedNames } from "./link-generated.ts";
import { functionAround } from "./names/mod.ts";

/** Names that a file hands on otherwise than before: they matter to who asks this file for them. */
export interface HandedOn {
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

/** More changed names than this, and whoever mentions one is as good as everybody. */
const mostNames = 5_000;

/** What a run changed, as far as others may be linked otherwise for it. */
export class FactChanges {
  /** Files that were staged anew, or are to be linked anew for another reason. */
  readonly paths = new Set<string>();
  readonly appeared = new Set<string>();
  readonly disappeared = new Set<string>();
  /** Simple names of definitions that are there now and were not, or the other way round, or are otherwise than before. */
  readonly names = new Set<string>();
  /** Names of classes that are built on something else than before. */
  readonly rebased = new Set<string>();
  readonly handedOn: HandedOn[] = [];
  /** Star re-exports that came or went, by file. */
  readonly stars: { readonly path: string; readonly specifier: string }[] = [];
  /** Whether a file that says which versions of packages are used is otherwise than before. */
  versions = false;
  #all = false;

  /** Whether everything is to be linked anew. */
  get all(): boolean {
    return this.#all || this.names.size > mostNames;
  }

  relinkAll(): void {
    this.#all = true;
  }

  /** A file's facts became others; undefined: there are none. */
  note(source: string, path: string, before: GraphFacts | undefined, after: GraphFacts | undefined): void {
    if (after === undefined) this.paths.delete(path);
    else this.paths.add(path);
    if (before === undefined && after === undefined) return;
    if (before === undefined) this.#move(path, this.appeared, this.disappeared);
    if (after === undefined) this.#move(path, this.disappeared, this.appeared);
    if (saysVersions(path)) this.versions = true;
    if (decidesOthers(path) && (before && decisive(before)) !== (after && decisive(after))) this.relinkAll();
    if (this.all) return;
    const [old, now] = [before, after].map((facts) => facts && viewOf(source, path, facts));
    this.#definitions(old, now);
    this.#imports(path, old, now);
    this.#bases(old, now);
    if (idOfDefault(old) !== idOfDefault(now)) this.handedOn.push({ path, names: new Set(["default"]) });
  }

  /** What appeared and disappeared again was never seen. */
  #move(path: string, to: Set<string>, from: Set<string>): void {
    if (!from.delete(path)) to.add(path);
  }

  #definitions(old: FileView | undefined, now: FileView | undefined): void {
    const [before, after] = [keysOf(old), keysOf(now)];
    for (const [these, those] of [[before, after] as const, [after, before] as const])
      for (const [key, { name, family }] of these)
        if (!those.has(key)) for (const one of family === "proto" ? generatedNames(name) : [name]) this.names.add(one);
  }

  #imports(path: string, before: FileView | undefined, after: FileView | undefined): void {
    const [old, now] = [importKeys(before), importKeys(after)];
    const names = new Set<string>();
    for (const [these, those] of [[old, now] as const, [now, old] as const]) {
      for (const [one, fact] of these) {
        if (those.has(one)) continue;
        for (const { imported, local } of fact.names)
          if (imported === "*" && (local === "*" || local === "")) this.stars.push({ path, specifier: fact.specifier });
          else names.add(local);
      }
    }
    if (names.size > 0) this.handedOn.push({ path, names });
  }

  #bases(old: FileView | undefined, now: FileView | undefined): void {
    const [before, after] = [basesOf(old), basesOf(now)];
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) === after.get(name)) continue;
      this.rebased.add(name);
      this.names.add(name);
    }
  }
}

/** Imports by all that decides what they bring, and to where in the file. */
function importKeys(view: FileView | undefined): ReadonlyMap<string, ImportFact> {
  const keys = new Map<string, ImportFact>();
  for (const fact of view?.imports ?? []) {
    const { specifier, names, reexport, lines } = fact;
    const within = view!.definitions[functionAround(view!, lines.start)]?.id;
    keys.set(JSON.stringify([specifier, names, reexport, within]), fact);
  }
  return keys;
}

/** Definitions that other files can come upon, by all that they can tell of them. */
function keysOf(view: FileView | undefined) {
  const keys = new Map<string, { readonly name: string; readonly family: FileView["family"] }>();
  if (view === undefined) return keys;
  const family = familyOfPath(view.path);
  for (const { id, name, kind, exported, test, parent } of view.definitions) {
    if (kind === "section" || isLocal(view, parent)) continue;
    const holder = view.definitions[parent]?.kind ?? "";
    keys.set([view.module, id, kind, exported, test, holder].join("\n"), { name, family });
  }
  return keys;
}

function isLocal(view: FileView, parent: number): boolean {
  for (let up = parent, left = view.definitions.length; up >= 0 && left >= 0; left--) {
    const holder = view.definitions[up]!;
    if (!holdsMembers(holder) && holder.kind !== "constant" && holder.kind !== "variable") return true;
    up = holder.parent;
  }
  return false;
}

/** What each class is built on, and by which import it comes by its bases. */
function basesOf(view: FileView | undefined): ReadonlyMap<string, string> {
  const bases = new Map<string, string>();
  for (const [n, list] of view?.bases ?? []) {
    const name = view!.definitions[n]?.name;
    if (name === undefined) continue;
    const from = list.map((base) => {
      const root = (base.qualifier || base.name).split(/[.:\\]/)[0]!;
      const bound = view!.imports.filter(({ names }) => names.some(({ local }) => local === root));
      return [base, bound.map(({ specifier, names }) => [specifier, names.find(({ local }) => local === root)])];
    });
    bases.set(name, `${bases.get(name) ?? ""}${JSON.stringify(from)}`);
  }
  return bases;
}

function idOfDefault(view: FileView | undefined): string {
  return view?.definitions[view.defaultExport]?.id ?? "";
}
