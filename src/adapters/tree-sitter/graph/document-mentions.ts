import type { Definition, Mention, MentionKind } from "../../../domain/graph/mod.ts";
import type { LineTable } from "../line-table.ts";
import { mentionLimit } from "./mentions.ts";

const extension =
  /\.(?:[cm]?[jt]sx?|py|pyi|go|rs|java|cs|csproj|c|cc|cpp|h|hpp|rb|php|sh|bash|proto|md|rst|adoc|txt|json|jsonc|ya?ml|toml|xml|ini|cfg|conf|env|sql|html|css|lock|mod|gradle|kt|swift|svg|png|ipynb)$/i;
const identifier = /^[A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)*(?:\(\))?$/;
/** Values and words of every language, which name nothing of a repository. */
const plain: ReadonlySet<string> = new Set(
  "true false null none None nil undefined yes no on off and or not if else for while return void int string bool".split(
    " ",
  ),
);
/** Characters of a line that are read: longer ones are tables of data. */
const longestLine = 2_000;

interface Spoken {
  readonly kind: MentionKind;
  readonly name: string;
  readonly qualifier: string;
}

/** What a document's inline code and links name: identifiers and paths, from the section they stand in. */
export function documentMentions(
  language: string,
  definitions: readonly Definition[],
  text: string,
  table: LineTable,
): { readonly mentions: readonly Mention[]; readonly leftOut: number } {
  const read = language === "markdown" ? markdownWords : rstWords;
  const found = new MentionList(definitions);
  let fence = "";
  for (let line = 0; line < table.count; line += 1) {
    const from = table.starts[line]!;
    const row = text.slice(from, Math.min(table.starts[line + 1]!, from + longestLine)).trimEnd();
    if (language === "markdown") {
      const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(row);
      if (fence !== "") {
        if (mark !== null && mark[1]!.startsWith(fence) && mark[2]!.trim() === "") fence = "";
        continue;
      }
      if (mark !== null && !(mark[1]!.startsWith("`") && mark[2]!.includes("`"))) {
        fence = mark[1]!;
        continue;
      }
    }
    for (const spoken of read(row)) found.add(spoken, line);
  }
  return { mentions: found.mentions, leftOut: found.leftOut };
}

/** Collects mentions line by line, each once in its section. */
export class MentionList {
  readonly mentions: Mention[] = [];
  leftOut = 0;
  readonly #definitions: readonly Definition[];
  readonly #seen = new Set<string>();
  #next = 0;
  readonly #open: number[] = [];

  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions;
  }

  /** `line` counts from 0 and never goes back. */
  add({ kind, name, qualifier }: Spoken, line: number): void {
    const from = this.#at(line + 1);
    const key = `${from} ${kind} ${qualifier} ${name}`;
    if (name === "" || this.#seen.has(key)) return;
    this.#seen.add(key);
    const lines = { start: line + 1, end: line + 1 };
    if (this.mentions.length >= mentionLimit) this.leftOut += 1;
    else this.mentions.push({ kind, name, qualifier, from, lines });
  }

  #at(line: number): number {
    for (;;) {
      const next = this.#definitions[this.#next];
      const starts = next !== undefined && next.lines.start <= line;
      const until = starts ? next.lines.start : line;
      while (this.#open.length > 0 && this.#definitions[this.#open.at(-1)!]!.lines.end < until) this.#open.pop();
      if (!starts) return this.#open.at(-1) ?? -1;
      this.#open.push(this.#next);
      this.#next += 1;
    }
  }
}

/** A word in code font: a path, an identifier with what qualifies it, or nothing that can be looked up. */
function spokenWord(raw: string): Spoken | undefined {
  const word = raw.trim();
  if (word.length < 2 || word.length > 200 || /\s/.test(word)) return undefined;
  const path = spokenPath(word);
  if (path !== undefined) return path;
  if (!identifier.test(word) || plain.has(word)) return undefined;
  const bare = word.replace(/\(\)$/, "");
  const [, qualifier = "", name = bare] = /^(.*)(?:\.|::|#|->)([^.:#>]+)$/.exec(bare) ?? [];
  return { kind: "name", name, qualifier };
}

/** `src/a.ts`, `./b/`, `Makefile.md:12`: what looks like a file or a folder of a repository. */
export function spokenPath(word: string): Spoken | undefined {
  const path = word.replace(/(?::\d+(?:[-:]\d+)?|#L\d+(?:-L\d+)?)$/, "");
  if (!/^(?:\.{0,2}\/)?[\w.@+-]+(?:\/[\w.@+-]+)*\/?$/.test(path)) return undefined;
  if (!extension.test(path) && !/^\.{1,2}\//.test(path) && !/^[\w.@+-]+\/.*[\w/]$/.test(path)) return undefined;
  return { kind: "path", name: path, qualifier: "" };
}

function* markdownWords(row: string): Generator<Spoken> {
  const linked = row.includes("](") || /^ {0,3}\[/.test(row);
  if (!linked && !row.includes("`")) return;
  for (const [, , code = ""] of row.matchAll(/(`+)(.+?)\1(?!`)/g)) {
    const spoken = spokenWord(code);
    if (spoken !== undefined) yield spoken;
  }
  if (!linked) return;
  // Links, images and definitions of link targets.
  for (const match of row.matchAll(/\]\(\s*<?([^)\s<>]+)>?(?:\s+["'(][^)]*)?\)|^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)/g)) {
    const path = linkPath(match[1] ?? match[2] ?? "");
    if (path !== undefined) yield path;
  }
}

/** A link's target within the repository, without its anchor. */
function linkPath(target: string): Spoken | undefined {
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(target)) return undefined;
  const bare = target.replace(/[?#].*$/, "");
  if (bare === "") return undefined;
  let name = bare;
  try {
    name = decodeURIComponent(bare);
  } catch {
    // Taken as written.
  }
  return { kind: "path", name, qualifier: "" };
}

const rstRole = /:(?:[\w.]+:)?(\w+):`([^`]+)`|``([^`]+)``|`[^`<]*<([^`>]+)>`__?|`([^`]+)`(?!_)/g;

function* rstWords(row: string): Generator<Spoken> {
  if (!row.includes("`") && !/^\s*\.\. /.test(row)) return;
  const directive = /^\s*\.\. (?:(include|literalinclude|image|figure|toctree)|auto\w+|py:\w+|\w+)::\s*(\S+)/.exec(row);
  const target = /^\s*\.\. _[^:]+:\s*(\S+)/.exec(row)?.[1];
  const path =
    directive?.[1] !== undefined ? linkPath(directive[2]!) : target === undefined ? undefined : linkPath(target);
  if (path !== undefined) yield path;
  else if (/^\s*\.\. (?:auto|py:)/.test(row)) {
    const spoken = spokenWord(directive?.[2]?.replace(/\(.*/, "") ?? "");
    if (spoken !== undefined) yield spoken;
  }
  for (const [, role, named = "", literal, link, quoted] of row.matchAll(rstRole)) {
    if (link !== undefined || role === "doc" || role === "download") {
      const linked = linkPath(link ?? named.replace(/^.*<|>$/g, ""));
      if (linked !== undefined) yield linked;
    } else if (role === undefined || /^(?:func|class|meth|mod|data|attr|exc|obj|const|file)$/.test(role)) {
      const spoken = spokenWord((literal ?? quoted ?? named.replace(/^.*<|>$/g, "")).replace(/^[~!.]/, ""));
      if (spoken !== undefined) yield spoken;
    }
  }
}
