import type { Tree } from "web-tree-sitter";
import { type GraphFacts, type ImportFact, noGraphFacts } from "../../../domain/graph/mod.ts";
import { type LineTable, lineAt } from "../line-table.ts";
import type { Outline } from "../outline.ts";
import { type Captures, Role, readCaptures, roleAt } from "./captures.ts";
import { readDefinitions } from "./definitions.ts";
import type { GraphLanguage, HandOut, ImportedNames } from "./graph-language.ts";
import { readMentions } from "./mentions.ts";
import { isWord } from "./read-name.ts";

/** Characters between a module's loading and the name it is bound to. */
const bindingReach = 400;

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
  const captures = readCaptures(tree, language, text);
  const handOuts = readHandOuts(captures, language, text);
  const defined = readDefinitions(outline.definitions, captures, handOuts, language, path, text, table);
  const { imports, loaded } = readImports(captures, handOuts, language, text, table);
  const silent = [...captures.imports, ...handOuts.map(({ at, end }) => ({ start: at, end: end ?? at }))];
  silent.sort((a, b) => a.start - b.start);
  const { mentions, leftOut } = readMentions(captures, silent, defined, imports, loaded, language, text, table);
  return {
    ...noGraphFacts,
    module: language.module?.(text) ?? "",
    definitions: defined.definitions,
    imports,
    mentions,
    ...(leftOut > 0 ? { mentionsLeftOut: leftOut } : {}),
  };
}

function readHandOuts(captures: Captures, language: GraphLanguage, text: string): HandOut[] {
  const found: HandOut[] = [...(language.handOuts?.(text) ?? [])];
  for (const { start, end } of captures.exports) {
    const handOut = language.exportStatement?.(text, start, end);
    if (handOut !== undefined) found.push(handOut);
  }
  return found;
}

interface Imports {
  readonly imports: readonly ImportFact[];
  /** Where the names stand that loaded modules are bound to. */
  readonly loaded: ReadonlySet<number>;
}

function readImports(
  captures: Captures,
  handOuts: readonly HandOut[],
  language: GraphLanguage,
  text: string,
  table: LineTable,
): Imports {
  const found: ImportFact[] = [];
  const loaded = new Set<number>();
  for (const { start, end } of captures.imports) {
    const first = lineAt(table, start);
    const lines = { start: first + 1, end: lineAt(table, Math.max(start, end - 1), first) + 1 };
    for (const fact of language.imports(text.slice(start, end))) found.push({ ...fact, lines });
  }
  const add = (at: number, fact: ImportedNames | undefined) => {
    if (fact === undefined || (fact.specifier === "" && fact.names.length === 0)) return;
    const line = lineAt(table, at) + 1;
    found.push({ ...fact, lines: { start: line, end: line } });
  };
  for (const at of [...captures.loads, ...loaderCalls(captures, language, text)]) {
    const fact = language.loaded?.(text, at);
    add(at, fact);
    for (const { local } of fact?.names ?? []) loaded.add(wordBefore(text, local, at));
  }
  for (const { at, fact } of handOuts) add(at, fact);
  return { imports: found.sort((a, b) => a.lines.start - b.lines.start), loaded };
}

/** Where a word stands last before an offset; -1 when it isn't near. */
function wordBefore(text: string, word: string, before: number): number {
  const from = Math.max(0, before - bindingReach);
  const near = text.slice(from, before);
  for (let at = near.lastIndexOf(word); at >= 0 && word !== ""; at = at === 0 ? -1 : near.lastIndexOf(word, at - 1)) {
    if (!isWord(near.charCodeAt(at - 1)) && !isWord(near.charCodeAt(at + word.length))) return from + at;
  }
  return -1;
}

function loaderCalls({ marks }: Captures, { loaders }: GraphLanguage, text: string): number[] {
  const found: number[] = [];
  if (loaders === undefined) return found;
  const every = new RegExp(loaders, "g");
  for (let match = every.exec(text); match !== null; match = every.exec(text)) {
    if (roleAt(marks, match.index) === Role.call) found.push(match.index);
  }
  return found;
}
