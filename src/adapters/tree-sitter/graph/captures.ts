import { type Node, Query, type Tree } from "web-tree-sitter";
import type { GraphLanguage } from "./graph-language.ts";
import { nameBefore } from "./read-name.ts";

/** What a marked identifier is. Of several at one place the first counts. */
export const Role = {
  skip: 0,
  local: 1,
  extends: 2,
  implements: 3,
  decorator: 4,
  base: 5,
  call: 6,
  derived: 7,
  token: 8,
  type: 9,
  id: 10,
} as const;

const roleOf: ReadonlyMap<string, number> = new Map(Object.entries(Role));
const roleBits = 16;

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Captures {
  /** Identifiers by offset, each once: `offset * 16 + role`. */
  readonly marks: Float64Array;
  /** By start, outer before inner. */
  readonly scopes: readonly Span[];
  readonly imports: readonly Span[];
  /** Statements that hand something out. */
  readonly exports: readonly { readonly start: number; end(): number }[];
  /** Offsets of calls that load a module. */
  readonly loads: readonly number[];
  readonly cases: readonly (Span & { readonly title: Span })[];
}

export function markOffset(mark: number): number {
  return Math.floor(mark / roleBits);
}

export function markRole(mark: number): number {
  return mark % roleBits;
}

/** The role of the identifier at an offset; -1 when none is marked there. */
export function roleAt(marks: Float64Array, offset: number): number {
  let low = 0;
  let high = marks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = markOffset(marks[middle]!);
    if (found === offset) return markRole(marks[middle]!);
    if (found < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** States a query may have open at once: deeper nesting than people write, and no hostile file makes it quadratic. */
const openStates = 512;
/** Longest that a file's query may run, in milliseconds: real files of 1 MB take a tenth. */
const queryMs = 3_000;

/** Compiled once per grammar and thread. */
const queries = new WeakMap<object, Query>();

function queryOf(tree: Tree, source: string): Query {
  const query = queries.get(tree.language) ?? new Query(tree.language, source);
  queries.set(tree.language, query);
  return query;
}

/** Runs a language's query once over a tree. */
export function readCaptures(tree: Tree, language: GraphLanguage, text: string): Captures {
  const query = queryOf(tree, language.query);
  const deadline = Date.now() + queryMs;
  const progressCallback = () => Date.now() > deadline;
  const matches = query.matches(tree.rootNode, { matchLimit: openStates, progressCallback });
  const marks: number[] = [];
  const scopes: Span[] = [];
  const imports: Span[] = [];
  const exports: { start: number; end(): number }[] = [];
  const loads: number[] = [];
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      const role = roleOf.get(name);
      if (role !== undefined) marks.push(node.startIndex * roleBits + role);
      else if (name === "called") {
        const at = nameBefore(text, node.startIndex);
        if (at >= 0) marks.push(at * roleBits + Role.call);
      } else if (name === "scope") scopes.push(span(node));
      else if (name === "import") imports.push(span(node));
      else if (name === "export") exports.push({ start: node.startIndex, end: () => node.endIndex });
      else if (name === "load") loads.push(node.startIndex);
    }
  }
  return {
    marks: eachPlaceOnce(Float64Array.from(marks).sort()),
    scopes: scopes.sort(outerFirst),
    imports: eachOnce(imports.sort(outerFirst)),
    exports: exports.sort((a, b) => a.start - b.start),
    loads: loads.sort(ascending),
    cases: readCases(tree, language, text),
  };
}

function readCases(tree: Tree, { caseTypes, hasCases, caseTitle }: GraphLanguage, text: string): Captures["cases"] {
  if (caseTypes === undefined || hasCases?.(text) !== true) return [];
  const found: (Span & { readonly title: Span })[] = [];
  let last = -1;
  for (const node of tree.rootNode.descendantsOfType([...caseTypes])) {
    const start = node?.startIndex ?? -1;
    // `test("a", f).retry(2)` is two calls that begin as one.
    if (node === null || start === last) continue;
    const title = caseTitle?.(text, start);
    if (title === undefined || title.end > node.endIndex) continue;
    last = start;
    found.push({ start, end: node.endIndex, title });
  }
  return found.sort(outerFirst);
}

function span(node: Node): Span {
  return { start: node.startIndex, end: node.endIndex };
}

function outerFirst(a: Span, b: Span): number {
  return a.start - b.start || b.end - a.end;
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** A statement that several patterns match is one. */
function eachOnce(sorted: readonly Span[]): Span[] {
  return sorted.filter((one, at) => one.start !== sorted[at - 1]?.start);
}

function eachPlaceOnce(sorted: Float64Array): Float64Array {
  let kept = 0;
  let last = -1;
  for (const mark of sorted) {
    const offset = markOffset(mark);
    if (offset === last) continue;
    last = offset;
    sorted[kept] = mark;
    kept += 1;
  }
  return sorted.subarray(0, kept);
}
