import type { SymbolKind } from "../artifact.ts";
import { languageOf } from "../discovery/mod.ts";
import type { Definition, GraphFacts, ImportFact } from "./facts.ts";
import { nodeId } from "./node.ts";
import { baseOf, withoutExtension } from "./path-index.ts";
import { protoName } from "./proto-name.ts";
import { type Family, languageFamily } from "./resolve/mod.ts";

/** A definition with the node it becomes. */
export interface Defined extends Definition {
  readonly id: string;
}

/** What a class, an interface or a message is built on, as its file writes it. */
export interface Base {
  readonly name: string;
  readonly qualifier: string;
}

/** What others may ask of a file while they are linked: its facts without its mentions. */
export interface FileView {
  readonly path: string;
  readonly family: Family | undefined;
  readonly module: string;
  readonly definitions: readonly Defined[];
  /** Indices of definitions by qualified name, in order, and by simple name. */
  readonly byQualified: ReadonlyMap<string, readonly number[]>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
  readonly imports: readonly ImportFact[];
  /** By index of the definition. */
  readonly bases: ReadonlyMap<number, readonly Base[]>;
  /** Index of its default export; -1 for none that can be told. */
  readonly defaultExport: number;
}

/** Kinds that hold members which are named through them. */
const holders: ReadonlySet<SymbolKind> = new Set<SymbolKind>([
  "class",
  "interface",
  "struct",
  "enum",
  "type",
  "module",
  "message",
  "service",
]);

export function holdsMembers({ kind }: Pick<Definition, "kind">): boolean {
  return holders.has(kind);
}

/**
 * The node that a definition becomes. Messages and RPCs are known by their full names wherever they are declared: copies of
 * a contract are one and the same.
 *
 * @param module the package that the file says it is part of
 * @param occurrence of that name in the file, from 1
 */
export function definitionId(
  source: string,
  path: string,
  module: string,
  { kind, qualifiedName }: Pick<Definition, "kind" | "qualifiedName">,
  occurrence = 1,
): string {
  if (kind === "message" || kind === "rpc")
    return nodeId(source, kind, protoName(module, qualifiedName), "", occurrence);
  return nodeId(source, kind === "section" ? kind : "symbol", path, qualifiedName, occurrence);
}

/** By its name alone, so that it is known without its content. */
export function familyOfPath(path: string): Family | undefined {
  const known = familyOf.get(path);
  if (known !== undefined || familyOf.has(path)) return known;
  if (familyOf.size > mostJudged) familyOf.clear();
  const family = languageFamily(languageOf(path, ""));
  familyOf.set(path, family);
  return family;
}

const familyOf = new Map<string, Family | undefined>();
/** Paths whose family is remembered, about 150 bytes each: the same ones are asked about for every name. */
const mostJudged = 50_000;

/**
 * A file's imports, as seen from the file: inside `mod tests { … }` of Rust `super` is the file itself, or what is that
 * much less above it.
 */
export function importsOf(path: string, { imports, definitions }: GraphFacts): readonly ImportFact[] {
  if (familyOfPath(path) !== "rust") return imports;
  const modules = definitions.filter(({ kind }) => kind === "module");
  return imports.map((fact) => {
    let { specifier } = fact;
    for (const { lines } of modules) {
      if (lines.start >= fact.lines.start || fact.lines.end > lines.end) continue;
      if (/^super::super\b/.test(specifier)) specifier = specifier.slice("super::".length);
      else specifier = specifier.replace(/^super\b/, "self");
    }
    return specifier === fact.specifier ? fact : { ...fact, specifier };
  });
}

export function viewOf(source: string, path: string, facts: GraphFacts): FileView {
  const occurrences = new Map<string, number>();
  const byQualified = new Map<string, number[]>();
  const byName = new Map<string, number[]>();
  const definitions = facts.definitions.map((definition, n): Defined => {
    const { name, qualifiedName } = definition;
    const occurrence = (occurrences.get(qualifiedName) ?? 0) + 1;
    occurrences.set(qualifiedName, occurrence);
    append(byQualified, qualifiedName, n);
    append(byName, name, n);
    return { ...definition, id: definitionId(source, path, facts.module, definition, occurrence) };
  });
  const bases = new Map<number, Base[]>();
  for (const { kind, name, qualifier, from } of facts.mentions) {
    if (kind !== "extends" && kind !== "implements") continue;
    append(bases, from, { name, qualifier });
  }
  const { module } = facts;
  const family = familyOfPath(path);
  const imports = importsOf(path, facts);
  const defaultExport = defaultOf(path, facts);
  return { path, family, module, definitions, byQualified, byName, imports, bases, defaultExport };
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [value]);
  else same.push(value);
}

/**
 * What `import x from` names: what the facts say (`js.default`); else the only thing handed out, or the one that bears
 * the file's name.
 */
function defaultOf(path: string, { definitions, settings }: GraphFacts): number {
  const said = settings["js.default"];
  if (said !== undefined) return definitions.findIndex(({ qualifiedName }) => qualifiedName === said);
  const out = definitions.flatMap(({ exported, parent, test }, n) => (exported && parent < 0 && !test ? [n] : []));
  const names = new Set(out.map((n) => definitions[n]!.name));
  if (names.size === 1) return out[0]!;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const stem = plain(withoutExtension(baseOf(path)));
  return out.find((n) => plain(definitions[n]!.name) === stem) ?? -1;
}

/** Whether another file can name a definition at all: not what stands inside a function, and no test. */
export function isNameable(definitions: readonly Definition[], n: number): boolean {
  const { test, kind, parent } = definitions[n]!;
  if (test || kind === "section") return false;
  for (let up = parent, left = definitions.length; up >= 0 && left > 0; left--) {
    const holder = definitions[up];
    if (holder === undefined) break;
    if (!holdsMembers(holder) && holder.kind !== "constant" && holder.kind !== "variable") return false;
    up = holder.parent;
  }
  return true;
}

/** Whether it is named through something: `a.run`, not `run`. */
export function isMember({ qualifiedName, name }: Definition): boolean {
  return qualifiedName.length > name.length;
}
