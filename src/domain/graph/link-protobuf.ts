import type { FileView } from "./file-view.ts";
import { type Context, type Found, type Meaning, placeOf } from "./names/mod.ts";
import { protoName } from "./proto-name.ts";

/** Files that are imported publicly by those that are imported, and so on. */
const mostImported = 200;

/**
 * What a type name in a proto file stands for: looked for from the innermost message outwards, then in the package and
 * those around it, in the file and what it imports.
 */
export async function protoMeaning(
  context: Context,
  view: FileView,
  qualifier: string,
  name: string,
  at: number,
): Promise<Meaning | undefined> {
  const rooted = qualifier.startsWith(".");
  const asked = [...qualifier.split("."), name].filter(Boolean).join(".");
  const scope = rooted ? "" : protoName(view.module, view.definitions[at]?.qualifiedName ?? "");
  const views = await withImported(context, view, name);
  for (let around = scope; ; around = around.slice(0, Math.max(0, around.lastIndexOf(".")))) {
    const wanted = around === "" ? asked : `${around}.${asked}`;
    const found: Found[] = [];
    for (const other of views)
      for (const n of other.byName.get(name) ?? [])
        if (protoName(other.module, other.definitions[n]!.qualifiedName) === wanted) found.push({ view: other, n });
    if (found.length > 0) return { kind: "defined", found: found.slice(0, 1), confidence: "exact" };
    if (around === "") return undefined;
  }
}

/** The file and those it imports that define a name. */
async function withImported(context: Context, view: FileView, name: string): Promise<readonly FileView[]> {
  const definers = new Set(await context.lookups.definers(name));
  const seen = new Set([view.path]);
  const views = [view];
  const waiting = view.imports.map((fact) => ({ from: view, fact }));
  for (let next = waiting.shift(); next !== undefined && seen.size < mostImported; next = waiting.shift()) {
    const [path] = placeOf(context, next.from, next.fact.specifier).files;
    if (path === undefined || seen.has(path)) continue;
    seen.add(path);
    const other = await context.lookups.view(path);
    if (other === undefined) continue;
    if (definers.has(path)) views.push(other);
    for (const fact of other.imports) if (fact.reexport) waiting.push({ from: other, fact });
  }
  return views;
}
