import { type FileView, holdsMembers } from "../file-view.ts";
import { bare } from "./bare.ts";
import { bindingOf, type Context, chain, dots, ownerOf, placeOf, viewsDefining } from "./context.ts";
import { into } from "./exported.ts";
import { definedBy, type Found, type Meaning, outside, weaker } from "./meaning.ts";
import { inherited, member } from "./member.ts";

const selves = new Set(["this", "self", "cls", "$this", "static", "Self", "@", "@@"]);
const supers = new Set(["super", "super()", "parent", "base"]);

/** What `qualifier.name` stands for at a definition of a file; undefined when the rules don't tell. */
export async function named(
  context: Context,
  view: FileView,
  qualifier: string,
  name: string,
  at: number,
): Promise<Meaning | undefined> {
  if (qualifier === "") return bare(context, view, name, at);
  if (selves.has(qualifier) || supers.has(qualifier) || qualifier === selfName(view, at)) {
    const owner = await ownerOf(context, view, at);
    if (owner !== undefined) {
      if (supers.has(qualifier)) return (await inherited(context, owner.view, owner.n, name)) ?? outside;
      return member(context, { kind: "defined", found: [owner], confidence: "exact" }, name);
    }
    if (view.family !== "rust") return undefined;
  }
  // `Invoice().total()`, `new Invoice().total()`: a member of the class that the call makes one of.
  const made = /^([\w$]+)\(\)$/.exec(qualifier)?.[1];
  if (made !== undefined) {
    const meaning = await bare(context, view, made, at);
    return meaning?.kind === "defined" && holdAll(meaning.found) ? member(context, meaning, name) : undefined;
  }
  const parts = chain(qualifier);
  return parts === undefined ? undefined : throughChain(context, view, parts, name, at);
}

/** What the method around a place calls its own object: `s` of `func (s *Server) Start`. */
function selfName(view: FileView, at: number): string | undefined {
  for (let scope = at, left = view.definitions.length; scope >= 0 && left >= 0; left--) {
    const { self, parent } = view.definitions[scope]!;
    if (self !== undefined) return self;
    scope = parent;
  }
  return undefined;
}

async function throughChain(
  context: Context,
  view: FileView,
  parts: readonly string[],
  name: string,
  at: number,
): Promise<Meaning | undefined> {
  const dotted = dottedImport(context, view, parts, at);
  let meaning: Meaning | undefined = dotted?.meaning;
  if (dotted === undefined) {
    meaning = await bare(context, view, parts[0]!, at);
    if (meaning === undefined) return qualified(context, view, parts, name);
  }
  for (const part of [...(dotted?.rest ?? parts.slice(1)), name]) {
    if (meaning === undefined) return undefined;
    const holder: Meaning = meaning;
    // `Cart.new.fill`: what is made is a Cart.
    if (view.family === "ruby" && part === "new" && holder.kind === "defined" && holdAll(holder.found)) continue;
    meaning = await member(context, holder, part);
    // All members of a type are written down somewhere: what isn't there is none of ours.
    if (meaning === undefined && holder.kind === "defined" && holdAll(holder.found)) return outside;
  }
  return meaning;
}

/** `import a.b` and then `a.b.f`: as much of the chain as is a module. */
function dottedImport(context: Context, view: FileView, parts: readonly string[], at: number) {
  if (view.family !== "python") return undefined;
  const first = `${parts[0]}.`;
  const dotted = view.imports.some(({ specifier, names }) =>
    names.some(
      ({ imported, local }) =>
        imported === "*" && (local.startsWith(first) || (local === parts[0] && specifier.startsWith(first))),
    ),
  );
  if (!dotted || bindingOf(view, parts[0]!, at)?.imported.startsWith("*") === false) return undefined;
  for (let length = parts.length; length > 0; length--) {
    const { files, confidence } = placeOf(context, view, parts.slice(0, length).join("."));
    const meaning: Meaning = { kind: "module", files, confidence };
    if (files.length > 0) return { meaning, rest: parts.slice(length) };
  }
  return { meaning: outside, rest: [] };
}

/** A name with the whole way to it: `crate::a::f`, `Acme::Billing::Invoice`, `com.acme.Invoice`. */
async function qualified(
  context: Context,
  view: FileView,
  parts: readonly string[],
  name: string,
): Promise<Meaning | undefined> {
  const { family } = view;
  if (family === "rust") {
    const place = placeOf(context, view, parts.join("::"));
    if (place.outside) return outside;
    const start = await into(context, place);
    return start && member(context, start, name);
  }
  if (family === undefined || family === "js" || family === "python" || family === "go") return undefined;
  const full = [...parts, name].join(".");
  const found: Found[] = [];
  for (const other of await viewsDefining(context, name, family)) {
    for (const n of other.byName.get(name) ?? []) {
      const { qualifiedName } = other.definitions[n]!;
      if (qualifiedName === full || dots(`${other.module}.${qualifiedName}`) === full) found.push({ view: other, n });
    }
  }
  const files = new Set(found.map((one) => one.view.path));
  return weaker(definedBy(found), files.size > 1 ? "possible" : "exact");
}

/** Whether all of them are types or modules. */
function holdAll(found: readonly Found[]): boolean {
  return found.every(({ view, n }) => holdsMembers(view.definitions[n]!));
}
