import type { GraphFacts } from "./facts.ts";

/**
 * The names by which `GraphWriter.mentioning` finds a file: of its definitions, of what it imports (imported and local),
 * of what it mentions, and the words of import specifiers and of paths it names. Each once, in no order that counts.
 */
export function factNames({ definitions, imports, mentions }: GraphFacts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of definitions) names.add(name);
  for (const { specifier, names: bound } of imports) {
    for (const word of placeWords(specifier)) names.add(word);
    for (const { imported, local } of bound) names.add(imported).add(local);
  }
  for (const { kind, name } of mentions) {
    if (kind === "path") for (const word of placeWords(name)) names.add(word);
    else names.add(name);
  }
  names.delete("");
  return names;
}

/**
 * The words of an import specifier, a path or a URL, in any language: its segments, and each without its last
 * extension. "." and ".." are words too: they may stand for a folder's index file.
 */
export function placeWords(place: string): readonly string[] {
  const words = new Set<string>();
  const text = place.replace(/[?#].*$/, "");
  for (const segment of text.split(/::|[/\\]/)) {
    if (segment === "") continue;
    words.add(segment);
    if (/^\.+$/.test(segment)) continue;
    const dot = segment.lastIndexOf(".");
    if (dot > 0) words.add(segment.slice(0, dot));
  }
  // `os.path`, `..sibling`, `java.util.List`: dots that part names.
  if (!/[/\\]|::/.test(text)) {
    for (const word of text.split(".")) if (word !== "") words.add(word);
    const up = /^\.+/.exec(text)?.[0];
    if (up !== undefined) words.add(up);
  }
  return [...words];
}
