import type { SymbolKind } from "../../domain/mod.ts";
import { docText, headerText } from "./doc-text.ts";
import { type LineTable, lineAt } from "./line-table.ts";
import { type Definition, noCut, type Outline } from "./outline.ts";

/** A token or a comment; comments count as neither. */
const token = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[\w.]+|[{};]|[^\s\w]/g;

const kinds: ReadonlyMap<string, SymbolKind> = new Map([
  ["message", "message"],
  ["enum", "enum"],
  ["service", "service"],
  ["rpc", "rpc"],
]);

/** Protobuf: messages, services, RPCs and enums, named with their package, cut between them and their fields. */
export function protobufOutline(text: string, table: LineTable): Outline {
  const cuts = new Uint16Array(table.count).fill(noCut);
  const definitions: Definition[] = [];
  /** One entry per open brace: the definition it belongs to, or -1. */
  const braces: number[] = [];
  let packageName = "";
  /** The words of the statement so far, at most the first four. */
  let words: string[] = [];
  let statement = -1;
  let comment = { from: -1, to: -1, lastLine: -2 };
  /** The definition whose header is being read. */
  let pending = -1;
  let line = 0;

  const holder = () => braces.findLast((definition) => definition >= 0) ?? -1;
  const open = (offset: number) => {
    statement = offset;
    const first = table.starts[line]!;
    const leads = text.slice(first, offset).trim() === "";
    const led = comment.from >= 0 && line <= comment.lastLine + 1;
    if (leads && !led && cuts[line] === noCut) cuts[line] = Math.min(braces.length, noCut - 1);
    if (!led) comment = { from: -1, to: -1, lastLine: -2 };
  };
  const close = (offset: number, endsHeader: boolean) => {
    if (pending >= 0) {
      const definition = definitions[pending]!;
      definition.end = line;
      definition.signature = headerText(text.slice(statement, offset));
      if (!endsHeader) pending = -1;
    }
    words = [];
  };

  for (const match of text.matchAll(token)) {
    const found = match[0];
    const offset = match.index;
    if (table.starts[line + 1]! <= offset) line = lineAt(table, offset, line);
    if (found.startsWith("//") || found.startsWith("/*")) {
      if (statement >= 0 || text.slice(table.starts[line], offset).trim() !== "") continue;
      const joins = comment.from >= 0 && line <= comment.lastLine + 1;
      if (!joins && cuts[line] === noCut) cuts[line] = Math.min(braces.length, noCut - 1);
      const to = offset + found.length;
      comment = { from: joins ? comment.from : offset, to, lastLine: lineAt(table, to - 1, line) };
      continue;
    }
    if (found === "}") {
      const done = braces.pop();
      if (done !== undefined && done >= 0) definitions[done]!.end = line;
      words = [];
      statement = -1;
      pending = -1;
      continue;
    }
    if (found === ";" || found === "{") {
      if (found === ";" && words[0] === "package" && braces.length === 0) packageName = words[1] ?? "";
      close(offset, found === "{");
      if (found === "{") braces.push(pending);
      pending = -1;
      statement = -1;
      comment = { from: -1, to: -1, lastLine: -2 };
      continue;
    }
    if (statement < 0) open(offset);
    if (words.length < 4) words.push(found);
    const kind = words.length === 2 && pending < 0 ? kinds.get(words[0]!) : undefined;
    if (kind === undefined || !/^[A-Za-z_]\w*$/.test(found)) continue;
    const parent = holder();
    const outer = parent >= 0 ? definitions[parent]!.qualifiedName : packageName;
    definitions.push({
      name: found,
      qualifiedName: outer === "" ? found : `${outer}.${found}`,
      kind,
      start: lineAt(table, statement),
      end: line,
      parent,
      signature: "",
      doc: comment.from >= 0 ? docText(text.slice(comment.from, comment.to)) : "",
      hidden: false,
    });
    pending = definitions.length - 1;
  }
  return { cuts, definitions, errors: [] };
}
