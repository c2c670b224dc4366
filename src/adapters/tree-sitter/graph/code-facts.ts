import type { Tree } from "web-tree-sitter";
import { type GraphFacts, type ImportFact, noGraphFacts } from "../../../domain/graph/mod.ts";
import { type LineTable, lineAt } from "../line-table.ts";
import type { Outline } from "../outline.ts";
import { type Captures, readCaptures } from "./captures.ts";
import { readDefinitions } from "./definitions.ts";
import type { GraphLanguage } from "./graph-language.ts";
import { readMentions } from "./mentions.ts";
import { nameEnd } from "./read-name.ts";

/** What a program says, from the tree that was parsed for its chunks. */
export function codeFacts(
  language: GraphLanguage,
  tree: Tree,
  outline: Outline,
  path: string,
  text: string,
  table: LineTable,
): GraphFacts {
  if (table.count === 0) return noGraphFacts;
  const captures = readCaptures(tree, language);
  const defined = readDefinitions(outline.definitions, captures, language, path, text, table);
  const imports = readImports(captures, language, text, table);
  const { mentions, leftOut } = readMentions(captures, defined, imports, language, text, table);
  return {
    ...noGraphFacts,
    module: language.module?.(text) ?? "",
    definitions: defined.definitions,
    imports,
    mentions,
    ...(leftOut > 0 ? { mentionsLeftOut: leftOut } : {}),
  };
}

function readImports(captures: Captures, language: GraphLanguage, text: string, table: LineTable): ImportFact[] {
  const found: ImportFact[] = [];
  for (const { start, end } of captures.imports) {
    const first = lineAt(table, start);
    const lines = { start: first + 1, end: lineAt(table, Math.max(start, end - 1), first) + 1 };
    for (const fact of language.imports(text.slice(start, end))) found.push({ ...fact, lines });
  }
  for (const at of captures.loads) {
    const fact = language.loaded?.(text, at);
    const line = lineAt(table, at) + 1;
    if (fact !== undefined) found.push({ ...fact, lines: { start: line, end: line } });
  }
  for (const at of captures.defaults) {
    const line = lineAt(table, at) + 1;
    const imported = text.slice(at, nameEnd(text, at));
    const names = [{ imported, local: "default" }];
    found.push({ specifier: "", names, lines: { start: line, end: line }, reexport: true });
  }
  return found.sort((a, b) => a.lines.start - b.lines.start);
}
