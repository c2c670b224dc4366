import { type GraphFacts, type ImportFact, type Mention, noGraphFacts } from "../../../domain/graph/mod.ts";
import { type LineTable, lineAt } from "../line-table.ts";
import type { Outline } from "../outline.ts";
import { mentionLimit } from "./mentions.ts";
import { outlineDefinitions } from "./outline-facts.ts";
import { isQuoted, unquoted } from "./statement-tokens.ts";

const token = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[\w.]+|[^\s\w]/g;
/** Words of a statement that say something of the graph come first; a message's options may have thousands. */
const longest = 40;

const scalars: ReadonlySet<string> = new Set(
  "bool bytes double fixed32 fixed64 float int32 int64 sfixed32 sfixed64 sint32 sint64 string uint32 uint64".split(" "),
);
const defining: ReadonlySet<string> = new Set(["message", "enum", "service", "rpc"]);
/** Statements that declare no field. */
const fieldless: ReadonlySet<string> = new Set(["option", "syntax", "edition", "reserved", "extensions", "oneof"]);
const labels: ReadonlySet<string> = new Set(["repeated", "optional", "required"]);

/** Protobuf: its package, imports, file options, and the types that fields and RPCs name. */
export function protobufFacts(outline: Outline, text: string, table: LineTable): GraphFacts {
  const definitions = outlineDefinitions(outline);
  const imports: ImportFact[] = [];
  const mentions: Mention[] = [];
  const settings: Record<string, string> = {};
  const seen = new Set<string>();
  /** One entry per open brace: the definition it belongs to, or that around it. */
  const braces: number[] = [];
  let module = "";
  let leftOut = 0;
  let next = 0;
  let statement: string[] = [];
  let line = 0;
  let begun = 0;

  const refer = (type: string, from: number) => {
    const path = type.replace(/^\./, "");
    const cut = path.lastIndexOf(".");
    const name = path.slice(cut + 1);
    const qualifier = path.slice(0, Math.max(0, cut));
    const key = `${from} ${path}`;
    if (scalars.has(path) || !/^[A-Za-z_]\w*$/.test(name) || seen.has(key)) return;
    seen.add(key);
    if (mentions.length >= mentionLimit) leftOut += 1;
    else mentions.push({ kind: "reference", name, qualifier, from, lines: { start: line + 1, end: line + 1 } });
  };

  /** The statement so far, ended by ";" or "{": the definition it opens, or -1. */
  const end = (): number => {
    const words = statement;
    statement = [];
    const outer = braces.at(-1) ?? -1;
    const [first = "", second = ""] = words;
    if (defining.has(first) && /^[A-Za-z_]\w*$/.test(second) && definitions[next]?.name === second) {
      const own = next;
      next += 1;
      if (first === "rpc") {
        for (const [at, word] of words.entries()) {
          if (word === "(") refer(words[at + 1] === "stream" ? (words[at + 2] ?? "") : (words[at + 1] ?? ""), own);
        }
      }
      return own;
    }
    const lines = { start: begun + 1, end: line + 1 };
    if (first === "package" && braces.length === 0) module = second;
    else if (first === "import") {
      const quoted = words.find(isQuoted);
      const names = [{ imported: "*", local: "*" }];
      if (quoted !== undefined)
        imports.push({ specifier: unquoted(quoted), names, lines, reexport: second === "public" });
    } else if (fieldless.has(first)) {
      const text = words[2] === "=" && isQuoted(words[3]) ? unquoted(words[3]) : "";
      if (first === "option" && text !== "" && braces.length === 0 && /^[a-z_]+$/.test(second))
        settings[`proto.${second}`] = text;
    } else if (first === "extend") refer(second, outer);
    else if (first === "map" && second === "<") refer(words[4] ?? "", outer);
    else {
      const at = labels.has(first) ? 1 : 0;
      if (words[at + 2] === "=" && /^[A-Za-z_]\w*$/.test(words[at + 1] ?? "")) refer(words[at]!, outer);
    }
    return -1;
  };

  for (const match of text.matchAll(token)) {
    const found = match[0];
    if (found.startsWith("//") || found.startsWith("/*")) continue;
    if (table.starts[line + 1]! <= match.index) line = lineAt(table, match.index, line);
    if (found === "}") {
      braces.pop();
      statement = [];
    } else if (found === "{") {
      const own = end();
      braces.push(own >= 0 ? own : (braces.at(-1) ?? -1));
    } else if (found === ";") end();
    else if (statement.length < longest) {
      if (statement.length === 0) begun = line;
      statement.push(found);
    }
  }
  const left = leftOut > 0 ? { mentionsLeftOut: leftOut } : {};
  return { ...noGraphFacts, module, definitions, imports, mentions, settings, ...left };
}
