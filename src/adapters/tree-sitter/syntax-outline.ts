import type { Node, Tree, TreeCursor } from "web-tree-sitter";
import { docText, headerText } from "./doc-text.ts";
import { Flag, type Grammar } from "./grammar.ts";
import type { Named, Place } from "./language-spec.ts";
import { type LineTable, lineAt } from "./line-table.ts";
import { type Definition, type Misread, noCut, type Outline } from "./outline.ts";

/** Characters of a name; longer ones are the grammar's misreading. */
const longestName = 200;

/** One level of the walk. */
interface Frame {
  readonly start: number;
  /** Index of the definition it is in, or -1. */
  readonly definition: number;
  /** The node is that definition itself, or a wrapper inside it, so a body ends its header. */
  readonly header: boolean;
  readonly inFunction: boolean;
  /** Comments that wait for what they document, by offset; -1 for none. */
  docFrom: number;
  docTo: number;
  /** Last line of the comments and attributes that wait; -1 for none. */
  leadLine: number;
  /** A wrapper with comments before it: they wait for the definition among its children, not for the first child. */
  wrapped: boolean;
  /** Whether the next child is the first of a body. */
  first: boolean;
}

/**
 * Reads cut places and definitions off a tree. Every call into a tree crosses the border of WebAssembly, so the
 * walk enters only nodes of several lines and those that wrap definitions, and asks names of definitions only.
 */
export function syntaxOutline(tree: Tree, grammar: Grammar, text: string, table: LineTable): Outline {
  const cuts = new Uint16Array(table.count).fill(noCut);
  const definitions: Definition[] = [];
  const cursor = tree.walk();
  try {
    if (table.count > 0) walk(cursor, grammar, text, table, cuts, definitions);
    finish(definitions, text, table);
  } finally {
    cursor.delete();
  }
  return { cuts, definitions, errors: tree.rootNode.hasError ? misread(tree.rootNode, table) : [] };
}

function walk(
  cursor: TreeCursor,
  grammar: Grammar,
  text: string,
  table: LineTable,
  cuts: Uint16Array,
  definitions: Definition[],
): void {
  const { flags, rules, spec } = grammar;
  const { starts } = table;
  const frames: Frame[] = [];
  let frame: Frame = newFrame(0, -1, false, false);
  let line = 0;
  if (!cursor.gotoFirstChild()) return;
  for (;;) {
    const id = cursor.nodeTypeId;
    // The error type has an id past the table: it is entered like any other node.
    const flag = flags[id] ?? Flag.named;
    let entered = false;
    if ((flag & Flag.named) !== 0) {
      const start = cursor.startIndex;
      const end = cursor.endIndex;
      if (starts[line + 1]! <= start) line = lineAt(table, start, line);
      else if (starts[line]! > start) line = lineAt(table, start);
      const last = end <= starts[line + 1]! ? line : lineAt(table, end - 1, line);
      const leads = isIndent(text, starts[line]!, start);
      if (leads && cuts[line] === noCut) cuts[line] = Math.min(frames.length, noCut - 1);
      if ((flag & Flag.leading) !== 0) {
        if (leads) {
          if (frame.leadLine >= 0 && line <= frame.leadLine + 1) cuts[line] = noCut;
          else frame.docFrom = -1;
          frame.leadLine = last;
          if ((flag & Flag.comment) !== 0) {
            if (frame.docFrom < 0) frame.docFrom = start;
            frame.docTo = end;
          }
        }
      } else {
        // What leads belongs to the node that follows without a blank line between.
        const led = frame.leadLine >= 0 && line <= frame.leadLine + 1;
        const docFrom = led ? frame.docFrom : -1;
        const { docTo, leadLine } = frame;
        if (led && leads) cuts[line] = noCut;
        if (!frame.wrapped) frame.leadLine = -1;
        else if (led) frame.leadLine = Math.max(leadLine, last);
        if (frame.header && (flag & Flag.body) !== 0 && frame.definition >= 0) {
          const holder = definitions[frame.definition]!;
          if (holder.signature === "") holder.signature = headerText(text.slice(starts[holder.start]!, start));
        }
        if (frame.first) {
          frame.first = false;
          if (spec.docstrings === true && frame.definition >= 0 && isQuote(text, start)) {
            const holder = definitions[frame.definition]!;
            const words = docText(text.slice(start, end));
            holder.doc = holder.doc === "" ? words : `${holder.doc}\n${words}`;
          }
        }
        let holder = frame.definition;
        let header = frame.header && (flag & Flag.body) === 0;
        let inFunction = frame.inFunction;
        const rule = rules[id];
        let isDefinition = false;
        if (rule !== undefined) {
          const scope = holder >= 0 ? definitions[holder]!.kind : "";
          const place: Place = { text, parentStart: frame.start, scope, inFunction };
          const found = rule(cursor.currentNode, place);
          // Error recovery makes names of nothing and of half a file.
          if (found !== undefined && found.name !== "" && found.name.length <= longestName) {
            const doc = docFrom >= 0 ? docText(text.slice(docFrom, docTo)) : "";
            holder = define(definitions, found, holder, { start: line, end: last, from: start, to: end }, doc);
            header = true;
            isDefinition = true;
            frame.wrapped = false;
            frame.leadLine = -1;
            if (found.kind === "function" || found.kind === "method") inFunction = true;
          }
        }
        if ((last > line || (flag & Flag.wrapper) !== 0) && (flag & Flag.leaf) === 0 && cursor.gotoFirstChild()) {
          frames.push(frame);
          frame = newFrame(start, holder, header, inFunction);
          frame.first = (flag & Flag.body) !== 0;
          if (!isDefinition && (flag & Flag.wrapper) !== 0) {
            frame.docFrom = docFrom;
            frame.docTo = docTo;
            frame.leadLine = led ? Math.max(leadLine, line) : -1;
            frame.wrapped = led;
          }
          entered = true;
        }
      }
    }
    if (entered) continue;
    while (!cursor.gotoNextSibling()) {
      const parent = frames.pop();
      if (parent === undefined) return;
      cursor.gotoParent();
      frame = parent;
    }
  }
}

function newFrame(start: number, definition: number, header: boolean, inFunction: boolean): Frame {
  return { start, definition, header, inFunction, docFrom: -1, docTo: -1, leadLine: -1, wrapped: false, first: false };
}

function define(
  definitions: Definition[],
  found: Named,
  holder: number,
  extent: Pick<Definition, "start" | "end" | "from" | "to">,
  doc: string,
): number {
  const outer = holder >= 0 ? definitions[holder]!.qualifiedName : "";
  const own = found.qualifier === undefined ? found.name : `${found.qualifier}.${found.name}`;
  definitions.push({
    name: found.name,
    qualifiedName: outer === "" ? own : `${outer}.${own}`,
    kind: found.kind,
    ...extent,
    parent: holder,
    signature: "",
    doc,
    hidden: found.hidden === true,
  });
  return definitions.length - 1;
}

/** Definitions without a body are their first line. */
function finish(definitions: readonly Definition[], text: string, table: LineTable): void {
  for (const definition of definitions) {
    if (definition.signature !== "" || definition.end === definition.start) continue;
    definition.signature = headerText(text.slice(table.starts[definition.start]!, table.starts[definition.start + 1]!));
  }
}

function isIndent(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9) return false;
  }
  return true;
}

function isQuote(text: string, at: number): boolean {
  return /^[rRuU]?["']/.test(text.slice(at, at + 2));
}

/** What the grammar skipped. A token it only missed (`isMissing`) loses nothing. */
function misread(root: Node, table: LineTable): Misread[] {
  const found: Misread[] = [];
  const open: Node[] = [root];
  // Enough to describe any file worth describing.
  let budget = 2_000;
  while (open.length > 0 && budget > 0) {
    budget -= 1;
    const node = open.pop()!;
    if (node.isError) {
      const { startIndex, endIndex } = node;
      const start = lineAt(table, startIndex);
      const end = lineAt(table, Math.max(startIndex, endIndex - 1), start);
      found.push({ start: start + 1, end: end + 1, size: endIndex - startIndex });
      continue;
    }
    for (const child of node.children) if (child?.hasError === true) open.push(child);
  }
  return found;
}
