import { placeWords } from "./fact-names.ts";
import type { Ground } from "./ground.ts";
import { baseOf, folderOf, withoutExtension } from "./path-index.ts";
import { jsonObject } from "./resolve/mod.ts";

/** Files that stand for the folder they lie in. */
const forFolder = new Set(["index", "__init__", "mod", "lib", "main"]);

/** Words of which at least one stands in any import specifier or written path that may lead to a file. */
export function pathWords(path: string, { settings }: Ground): readonly string[] {
  const base = baseOf(path);
  const stem = base.replace(/(?<=.)\..*$/, "");
  const words = new Set([base, withoutExtension(base), stem]);
  const folder = folderOf(path);
  if (forFolder.has(stem))
    words
      .add(baseOf(folder))
      .add(baseOf(folderOf(folder)))
      .add(".")
      .add("..")
      .add("...");
  if (stem === "__init__" || stem === "mod") words.add("super").add("self").add("crate");
  if (stem === "lib" || stem === "main") words.add("crate").add("super");
  // A Go import names the folder, or at a module's root the module.
  if (path.endsWith(".go")) words.add(baseOf(folder));
  const main = settings.above(path, "npm.main")?.value ?? "";
  const isEntry = forFolder.has(stem) || withoutExtension(baseOf(main)) === withoutExtension(base);
  for (const [key, means] of [
    ["go.module", path.endsWith(".go") && settings.all("go.module").has(folder)],
    ["npm.name", isEntry],
    ["cargo.name", stem === "lib" || stem === "main"],
  ] as const) {
    const named = means ? settings.above(path, key) : undefined;
    for (const word of named?.value.split("/") ?? []) words.add(word).add(word.replaceAll("-", "_"));
  }
  // A name in a map of names says nothing of where it leads.
  for (const key of ["ts.paths", "npm.imports", "npm.exports", "deno.imports"])
    for (const json of settings.all(key).values())
      for (const name of Object.keys(jsonObject(json))) for (const word of placeWords(name)) words.add(word);
  words.delete("");
  return [...words];
}
