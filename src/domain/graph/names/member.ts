import type { FileView } from "../file-view.ts";
import { folderOf } from "../path-index.ts";
import type { Family } from "../resolve/mod.ts";
import { type Context, once, viewsDefining } from "./context.ts";
import { exportOf, moduleBelow } from "./exported.ts";
import { definedBy, definedIn, type Found, type Meaning, outside, weaker } from "./meaning.ts";
import { named } from "./named.ts";

/** Classes up a line of inheritance. */
const mostBases = 8;

/**
 * A member of what a name stands for: of a module what it hands out, of a class its own and inherited ones. Undefined
 * when the rules don't tell.
 */
export async function member(
  context: Context,
  meaning: Meaning,
  name: string,
  depth = 0,
): Promise<Meaning | undefined> {
  if (meaning.kind === "outside") return outside;
  if (meaning.kind === "module") {
    const found = await exportOf(context, meaning.files, name);
    if (found !== undefined) return weaker(found, meaning.confidence);
    return (await moduleBelow(context, meaning.files, name)) ?? outside;
  }
  for (const { view, n } of meaning.found) {
    const { qualifiedName } = view.definitions[n]!;
    const own = definedIn(view, view.byQualified.get(`${qualifiedName}.${name}`) ?? []);
    const found = own ?? (await memberElsewhere(context, view, qualifiedName, name));
    if (found !== undefined) return weaker(found, meaning.confidence);
  }
  if (depth >= mostBases) return undefined;
  for (const { view, n } of meaning.found) {
    const found = await inherited(context, view, n, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A member of what a class is built on. */
export async function inherited(
  context: Context,
  view: FileView,
  n: number,
  name: string,
  depth = 1,
): Promise<Meaning | undefined> {
  if (depth > mostBases) return undefined;
  const key = `inherited\n${view.path}\n${n}\n${name}`;
  return once(context, key, () => throughBases(context, view, n, name, depth));
}

async function throughBases(
  context: Context,
  view: FileView,
  n: number,
  name: string,
  depth: number,
): Promise<Meaning | undefined> {
  let fromOutside = false;
  for (const base of view.bases.get(n) ?? []) {
    const meaning = await named(context, view, base.qualifier, base.name, view.definitions[n]!.parent);
    // A class that is built on something from outside may have any member from there.
    if (meaning === undefined || meaning.kind === "outside") fromOutside = true;
    if (meaning?.kind !== "defined" || meaning.found.some((one) => one.view.path === view.path && one.n === n))
      continue;
    const found = await member(context, meaning, name, depth);
    if (found !== undefined) return found;
  }
  return fromOutside ? outside : undefined;
}

/** Families in which a type's members may stand in other files: Go's packages, `Type::` in C++, what is reopened. */
const spread: ReadonlySet<Family | undefined> = new Set<Family>(["go", "c", "ruby", "csharp"]);

async function memberElsewhere(
  context: Context,
  { path, family }: FileView,
  owner: string,
  name: string,
): Promise<Meaning | undefined> {
  if (family === undefined || !spread.has(family)) return undefined;
  const folder = folderOf(path);
  const wanted = (one: string) => one !== path && (family !== "go" || folderOf(one) === folder);
  const found: Found[] = [];
  for (const view of await viewsDefining(context, name, family, wanted))
    for (const n of view.byQualified.get(`${owner}.${name}`) ?? []) found.push({ view, n });
  return definedBy(found);
}
