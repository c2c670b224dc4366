import type { FileView } from "../file-view.ts";
import { baseOf, withoutExtension } from "../path-index.ts";
import type { Family } from "../resolve/mod.ts";
import { type Context, dots, placeOf, topLevel, viewsDefining } from "./context.ts";
import { exportOf } from "./exported.ts";
import { definedBy, type Found, type Meaning, outside, weaker } from "./meaning.ts";
import { member } from "./member.ts";

/** Families whose namespaces say nothing of files: what they hold is found by its name. */
const namespaced: ReadonlySet<Family> = new Set<Family>(["jvm", "csharp", "php"]);

export function isNamespaced(family: Family | undefined): boolean {
  return family !== undefined && namespaced.has(family);
}

/** What the files of a namespace define under a name. */
export async function inNamespace(
  context: Context,
  { family }: FileView,
  module: string,
  name: string,
): Promise<Meaning | undefined> {
  const found: Found[] = [];
  for (const view of await viewsDefining(context, name, family!))
    if (dots(view.module) === module) for (const n of topLevel(view, name)) found.push({ view, n });
  return definedBy(found);
}

/** `com.acme.Outer.Inner`, `Acme\Billing\Invoice`: a class by its file, else by namespace and name. */
export async function fromNamespace(
  context: Context,
  view: FileView,
  specifier: string,
  imported: string,
): Promise<Meaning> {
  const names = dots(specifier)
    .split(".")
    .filter((part) => part !== "" && part !== "*");
  const whole = imported === "" || imported === "*" || names.at(-1) === imported;
  const asked = whole ? names : [...names, imported];
  const place = placeOf(context, view, asked.join(view.family === "php" ? "\\" : "."));
  if (place.files.length > 0) {
    const start = await exportOf(context, place.files, withoutExtension(baseOf(place.files[0]!)));
    const found = await walk(context, start, place.inner);
    if (found !== undefined) return weaker(found, place.confidence) ?? outside;
  }
  for (let k = asked.length - 1; k >= 0; k--) {
    const top = await inNamespace(context, view, asked.slice(0, k).join("."), asked[k]!);
    const found = await walk(context, top, asked.slice(k + 1));
    if (found !== undefined) return found;
  }
  return outside;
}

async function walk(
  context: Context,
  start: Meaning | undefined,
  names: readonly string[],
): Promise<Meaning | undefined> {
  let meaning = start;
  for (const name of names) meaning = meaning && (await member(context, meaning, name));
  return meaning;
}
