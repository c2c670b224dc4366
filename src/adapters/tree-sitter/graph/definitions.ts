import type { Definition } from "../../../domain/graph/mod.ts";
import { type LineTable, lineAt } from "../line-table.ts";
import type { Definition as Outlined } from "../outline.ts";
import type { Captures } from "./captures.ts";
import type { Candidate, GraphLanguage, HandOut } from "./graph-language.ts";

/** Text of a definition looked at for its modifiers, in characters. */
const headLength = 400;
/** Lines above a definition looked at for attributes. */
const linesAbove = 12;
/** Characters kept of a test's title. */
const titleLength = 200;

/** The text that a definition or a hidden scope covers. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  /** The definition that mentions inside belong to; -1 for none. */
  readonly index: number;
  /** The definition that `extends` and `implements` inside speak of; -1 for none. */
  readonly self: number;
  readonly name: string;
  /** Where its name stands, or nearly: modifiers and annotations come before. */
  readonly nameAt: number;
  /** Whether it is a test case, named by its title. */
  readonly isCase: boolean;
}

export interface Defined {
  readonly definitions: readonly Definition[];
  /** By start, outer before inner. */
  readonly extents: readonly Extent[];
}

interface Draft {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** Where a test case's title stands. */
  readonly titleAt: number;
  readonly outlined: Outlined | undefined;
}

/** The outline's definitions with test cases between them, hidden scopes left out, and who can name them. */
export function readDefinitions(
  outlined: readonly Outlined[],
  captures: Captures,
  handOuts: readonly HandOut[],
  language: GraphLanguage,
  path: string,
  text: string,
  table: LineTable,
): Defined {
  const drafts = merged(outlined, captures, text);
  const handedOut = new Set(handOuts.flatMap(({ names }) => names));
  const declaring = handOuts.filter(({ declaresTo }) => declaresTo !== undefined);
  const definitions: Definition[] = [];
  const extents: Extent[] = [];
  const byName = new Map<string, number>();
  const open: {
    readonly start: number;
    readonly end: number;
    readonly candidate: Candidate;
    readonly index: number;
    readonly inFunction: boolean;
    readonly isCase: boolean;
  }[] = [];
  let line = 0;
  for (const draft of drafts) {
    while (open.length > 0 && open.at(-1)!.end <= draft.start) open.pop();
    line = lineAt(table, draft.start, line);
    const at = line;
    const outer = open.at(-1);
    const parent = outer?.index ?? -1;
    const { name, outlined: known } = draft;
    const inCase = outer?.candidate.qualifiedName;
    const qualifiedName = known?.qualifiedName ?? (inCase === undefined ? name : `${inCase}.${name}`);
    const head = text.slice(draft.start, Math.min(draft.end, draft.start + headLength));
    const candidate: Candidate = {
      name,
      qualifiedName,
      kind: known?.kind ?? "function",
      parent,
      head,
      before: beforeName(head, name),
      lead: text.slice(table.starts[line], draft.start).trimStart(),
      above: () => linesBefore(text, table, at),
      holder: outer?.candidate,
      handedOut: (outer === undefined && handedOut.has(name)) || declaredBy(declaring, draft, outer?.start ?? -1),
      reachable: outer === undefined || outer.index < 0 || definitions[outer.index]!.exported,
    };
    const inFunction = outer?.inFunction === true;
    const test = known === undefined || language.isTest(candidate, path);
    const self = language.selfName?.(candidate);
    if (known?.hidden !== true) {
      const lines = known ?? { start: line, end: lineAt(table, Math.max(draft.start, draft.end - 1), line) };
      definitions.push({
        name,
        qualifiedName,
        kind: candidate.kind,
        lines: { start: lines.start + 1, end: lines.end + 1 },
        parent,
        exported: known !== undefined && !inFunction && language.exported(candidate),
        test,
        ...(self === undefined ? {} : { self }),
      });
      if (!byName.has(qualifiedName)) byName.set(qualifiedName, definitions.length - 1);
    }
    const own = known?.hidden === true ? parent : definitions.length - 1;
    // What a test case keeps in a variable is done by the test.
    const isValue = candidate.kind === "constant" || candidate.kind === "variable";
    const index = isValue && outer?.isCase === true ? parent : own;
    const isCase = known === undefined || (isValue && outer?.isCase === true);
    extents.push({
      start: draft.start,
      end: draft.end,
      index,
      self: own,
      name,
      nameAt: known === undefined ? draft.titleAt : draft.start + candidate.before.length,
      isCase: known === undefined,
    });
    const isFunction = candidate.kind === "function" || candidate.kind === "method";
    open.push({ start: draft.start, end: draft.end, candidate, index, inFunction: inFunction || isFunction, isCase });
  }
  return { definitions, extents: extents.map((extent, order) => speaksOf(extent, drafts[order]!, byName)) };
}

/** A hidden scope (`impl Foo`) speaks of the type it names, wherever the file defines it. */
function speaksOf(extent: Extent, draft: Draft, byName: ReadonlyMap<string, number>): Extent {
  if (draft.outlined?.hidden !== true) return extent;
  const self = byName.get(draft.outlined.qualifiedName) ?? -1;
  return { ...extent, self, index: self < 0 ? extent.index : self };
}

function merged(outlined: readonly Outlined[], captures: Captures, text: string): Draft[] {
  const drafts: Draft[] = [];
  for (const definition of outlined) {
    const { from, to, name } = definition;
    if (from !== undefined && to !== undefined)
      drafts.push({ start: from, end: to, name, titleAt: from, outlined: definition });
  }
  for (const { start, end, title } of captures.cases) {
    const name = text
      .slice(title.start, Math.min(title.end, title.start + titleLength))
      .replace(/\s+/g, " ")
      .trim();
    if (name !== "") drafts.push({ start, end, name, titleAt: title.start, outlined: undefined });
  }
  return drafts.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Whether an exporting statement declares it, and not something inside what that declares. */
function declaredBy(declaring: readonly HandOut[], draft: Draft, outerStart: number): boolean {
  let low = 0;
  let high = declaring.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (declaring[middle]!.at <= draft.start) low = middle + 1;
    else high = middle;
  }
  const statement = declaring[low - 1];
  return statement !== undefined && draft.end <= statement.declaresTo! && outerStart < statement.at;
}

function beforeName(head: string, name: string): string {
  for (let at = head.indexOf(name); at >= 0; at = head.indexOf(name, at + 1)) {
    if (!/[\w$]/.test(head[at - 1] ?? "") && !/[\w$]/.test(head[at + name.length] ?? "")) return head.slice(0, at);
  }
  return head.slice(0, 100);
}

/** Comments and attributes right above a line. */
function linesBefore(text: string, table: LineTable, line: number): string {
  const found: string[] = [];
  for (let at = line - 1; at >= 0 && line - at <= linesAbove; at -= 1) {
    const row = text.slice(table.starts[at], Math.min(table.starts[at + 1]!, table.starts[at]! + 200)).trim();
    if (!/^(?:[#@[*]|\/[/*])/.test(row)) break;
    found.push(row);
  }
  return found.reverse().join("\n");
}
