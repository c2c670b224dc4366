import type { ImportFact } from "../facts.ts";
import { type FileView, holdsMembers } from "../file-view.ts";
import { baseOf, folderOf, withoutExtension } from "../path-index.ts";
import type { Family } from "../resolve/mod.ts";
import { bindingOf, type Context, dots, isFlat, isStar, ownerOf, placeOf, topLevel, viewsDefining } from "./context.ts";
import { exportOf, importedBy, into } from "./exported.ts";
import { definedIn, type Meaning, outside, weaker } from "./meaning.ts";
import { inherited, member } from "./member.ts";
import { fromNamespace, inNamespace, isNamespaced } from "./namespace.ts";

/** Families whose names need no prefix inside the class that has them. */
const bareMembers: ReadonlySet<Family> = new Set<Family>(["jvm", "csharp", "c", "ruby"]);
/** Families whose imports all bring names without a prefix. */
const bareImports: ReadonlySet<Family> = new Set<Family>(["c", "ruby", "shell"]);

/** What a bare name stands for at a definition of a file; undefined when the rules don't tell. */
export async function bare(context: Context, view: FileView, name: string, at: number): Promise<Meaning | undefined> {
  const own = visible(view, name, at) ?? (await fromBases(context, view, name, at));
  const binding = bindingOf(view, name, at);
  // `try: from x import f` and `except ImportError: f = None`: the import is what is meant.
  if (own !== undefined && (binding === undefined || !isPlainValue(own))) return own;
  if (binding !== undefined) return importedBy(context, view, binding.fact, binding.imported);
  if (view.family === "python" && view.imports.some(({ names }) => names.some((one) => beginsWith(one.local, name))))
    return outside;
  return (await inPackage(context, view, name)) ?? (await byStars(context, view, name));
}

function isPlainValue(meaning: Meaning): boolean {
  return (
    meaning.kind === "defined" &&
    meaning.found.every(({ view, n }) => {
      const { kind, parent } = view.definitions[n]!;
      return parent < 0 && (kind === "variable" || kind === "constant");
    })
  );
}

/** `import os.path` binds `os` too. */
function beginsWith(local: string, name: string): boolean {
  return local.length > name.length && local[name.length] === "." && local.startsWith(name);
}

function visible(view: FileView, name: string, at: number): Meaning | undefined {
  const same = view.byName.get(name);
  if (same === undefined) return undefined;
  for (let scope = at, left = view.definitions.length; scope >= 0 && left >= 0; left--) {
    const holder = view.definitions[scope]!;
    const inClass = holdsMembers(holder) && holder.kind !== "module";
    if (!inClass || bareMembers.has(view.family!)) {
      // `inst.parse = …` inside a function binds no bare name there.
      const bareName = `${holder.qualifiedName}.${name}`;
      const here = same.filter((n) => {
        const { parent, qualifiedName } = view.definitions[n]!;
        return parent === scope && (qualifiedName === bareName || !isFlat(view.family));
      });
      if (here.length > 0) return definedIn(view, here);
    }
    scope = holder.parent;
  }
  return definedIn(view, topLevel(view, name));
}

async function fromBases(context: Context, view: FileView, name: string, at: number): Promise<Meaning | undefined> {
  if (view.family === undefined || !bareMembers.has(view.family)) return undefined;
  const owner = await ownerOf(context, view, at);
  if (owner === undefined) return undefined;
  const { qualifiedName } = owner.view.definitions[owner.n]!;
  const own = owner.view === view ? undefined : owner.view.byQualified.get(`${qualifiedName}.${name}`);
  if (own !== undefined) return definedIn(owner.view, own);
  // What lies outside may have it, or not: unlike behind a dot, other rules still have a say.
  const found = await inherited(context, owner.view, owner.n, name);
  return found?.kind === "defined" ? found : undefined;
}

/** Names that files of one package share without importing them. */
async function inPackage(context: Context, view: FileView, name: string): Promise<Meaning | undefined> {
  const { family, path, module } = view;
  if (family === "go") {
    const folder = folderOf(path);
    return firstTopLevel(context, name, family, (one) => one !== path && folderOf(one) === folder);
  }
  if (!isNamespaced(family)) return undefined;
  for (let space = dots(module); ; space = space.slice(0, Math.max(0, space.lastIndexOf(".")))) {
    const found = await inNamespace(context, view, space, name);
    // C# sees into the namespaces around its own; Java and PHP don't.
    if (found !== undefined || family !== "csharp" || space === "") return found;
  }
}

async function byStars(context: Context, view: FileView, name: string): Promise<Meaning | undefined> {
  for (const fact of view.imports) {
    if (!fact.names.some(isStar) && !(view.family !== undefined && bareImports.has(view.family))) continue;
    if (fact.reexport && view.family === "js") continue;
    const found = await throughStar(context, view, fact, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function throughStar(
  context: Context,
  view: FileView,
  fact: ImportFact,
  name: string,
): Promise<Meaning | undefined> {
  const { family } = view;
  const specifier = fact.specifier.replace(/[.\\]\*$/, "");
  if (isNamespaced(family)) {
    const inside = await inNamespace(context, view, dots(specifier), name);
    if (inside !== undefined || family !== "jvm") return inside;
    const owner = await fromNamespace(context, view, specifier, "");
    return owner.kind === "defined" ? member(context, owner, name) : undefined;
  }
  const place = placeOf(context, view, specifier);
  if (place.files.length === 0) return undefined;
  const direct = family === "c" ? await included(context, place.files[0]!, name) : undefined;
  if (direct !== undefined) return weaker(direct, place.confidence);
  const start = await into(context, place);
  if (start?.kind === "defined") return member(context, start, name);
  if (start?.kind !== "module") return undefined;
  return weaker(await exportOf(context, start.files, name), place.confidence);
}

/** A header's name is defined in it, or in the source file of that name. */
async function included(context: Context, header: string, name: string): Promise<Meaning | undefined> {
  const view = await context.lookups.view(header);
  const own = view && definedIn(view, topLevel(view, name));
  if (own !== undefined) return own;
  const stem = withoutExtension(baseOf(header));
  return firstTopLevel(context, name, "c", (path) => withoutExtension(baseOf(path)) === stem);
}

async function firstTopLevel(
  context: Context,
  name: string,
  family: Family,
  wanted: (path: string) => boolean,
): Promise<Meaning | undefined> {
  for (const view of await viewsDefining(context, name, family, wanted)) {
    const found = definedIn(view, topLevel(view, name));
    if (found !== undefined) return found;
  }
  return undefined;
}
