import { invalid } from "../fault.ts";

/** Longer patterns have no honest use. */
export const globLengthLimit = 1_000;
/** Braces multiply: more alternatives than this are refused. */
export const globAlternativeLimit = 64;

/** One step of a segment's pattern. */
type Step =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "char"; readonly code: number }
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

type Segment = "**" | readonly Step[];

/**
 * Compiles a glob over paths: `*` and `?` stay inside a segment, `**` as a whole segment spans any number of them,
 * `[a-z]` and `[!a]` match one character, `{a,b}` either. Dot files match like others, a trailing slash means all
 * below. Matching takes at most pattern times path steps: no pattern makes it explode.
 *
 * @param field the request field named in the refusal
 * @throws Fault invalid when the pattern is too long or has too many alternatives
 */
export function globMatcher(pattern: string, field = "path_globs"): (path: string) => boolean {
  if (pattern.length > globLengthLimit) throw invalid(field, `a glob may have at most ${globLengthLimit} characters`);
  const alternatives = expand(pattern, field).map(compile);
  return (path) => {
    const segments = path.split("/");
    return alternatives.some((globs) => matchSegments(globs, segments));
  };
}

/** Braces resolved from the first to the last; one without a partner or a comma stands for itself. */
function expand(pattern: string, field: string): string[] {
  let work = [{ done: "", rest: pattern }];
  const finished: string[] = [];
  while (work.length > 0) {
    const next: typeof work = [];
    for (const { done, rest } of work) {
      const group = firstGroup(rest);
      if (group === undefined) finished.push(done + rest);
      else for (const option of group.options) next.push({ done: done + group.before, rest: option + group.after });
    }
    if (next.length + finished.length > globAlternativeLimit) {
      throw invalid(field, `a glob may have at most ${globAlternativeLimit} alternatives in braces`);
    }
    work = next;
  }
  return finished;
}

function firstGroup(text: string): { before: string; options: string[]; after: string } | undefined {
  for (let open = 0; open < text.length; open++) {
    if (text[open] === "\\") open++;
    else if (text[open] === "[") open = Math.max(open, setEnd(text, open));
    else if (text[open] === "{") {
      const group = groupAt(text, open);
      if (group !== undefined) return group;
    }
  }
  return undefined;
}

function groupAt(text: string, open: number): { before: string; options: string[]; after: string } | undefined {
  const options: string[] = [];
  let depth = 1;
  let from = open + 1;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "{") depth++;
    else if (char === "}") depth--;
    if ((char === "," && depth === 1) || (char === "}" && depth === 0)) {
      options.push(text.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) {
      if (options.length < 2) return undefined;
      return { before: text.slice(0, open), options, after: text.slice(at + 1) };
    }
  }
  return undefined;
}

function compile(pattern: string): Segment[] {
  let text = pattern.replace(/^(?:\.\/)+/, "").replace(/^\/+/, "");
  if (text.endsWith("/")) text += "**";
  const segments: Segment[] = [];
  for (const part of splitSegments(text)) {
    const segment = part === "**" ? part : steps(part);
    if (segment !== "**" || segments.at(-1) !== "**") segments.push(segment);
  }
  return segments;
}

function splitSegments(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "/") {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function steps(part: string): Step[] {
  const compiled: Step[] = [];
  for (let at = 0; at < part.length; ) {
    const char = part[at]!;
    const end = char === "[" ? setEnd(part, at) : -1;
    if (char === "*") {
      if (compiled.at(-1)?.kind !== "star") compiled.push({ kind: "star" });
      at++;
    } else if (char === "?") {
      compiled.push({ kind: "any" });
      at++;
    } else if (end > 0) {
      compiled.push(setOf(part.slice(at + 1, end)));
      at = end + 1;
    } else {
      if (char === "\\" && at + 1 < part.length) at++;
      const code = part.codePointAt(at)!;
      compiled.push({ kind: "char", code });
      at += code > 0xffff ? 2 : 1;
    }
  }
  return compiled;
}

/** Where the set that opens at `open` closes; -1 when it doesn't, and "[" stands for itself. */
function setEnd(text: string, open: number): number {
  let at = open + 1;
  if (text[at] === "!" || text[at] === "^") at++;
  // "]" first in the set is one of its members.
  for (const first = at; at < text.length && text[at] !== "/"; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "]" && at > first) return at;
  }
  return -1;
}

function setOf(inner: string): Step {
  const negated = inner[0] === "!" || inner[0] === "^";
  const codes: { code: number; escaped: boolean }[] = [];
  let escaped = false;
  for (const char of negated ? inner.slice(1) : inner) {
    if (char === "\\" && !escaped) escaped = true;
    else {
      codes.push({ code: char.codePointAt(0)!, escaped });
      escaped = false;
    }
  }
  const ranges: [number, number][] = [];
  for (let n = 0; n < codes.length; n++) {
    const low = codes[n]!.code;
    const dash = codes[n + 1];
    const high = codes[n + 2];
    if (dash?.code === 45 && !dash.escaped && high !== undefined) {
      ranges.push([low, high.code]);
      n += 2;
    } else ranges.push([low, low]);
  }
  return { kind: "set", negated, ranges };
}

/** Going back to the last `**` alone suffices, since an earlier one could only have taken less. */
function matchSegments(globs: readonly Segment[], segments: readonly string[]): boolean {
  let g = 0;
  let s = 0;
  let star = -1;
  let taken = 0;
  while (s < segments.length) {
    const glob = globs[g];
    if (glob === "**") {
      star = g++;
      taken = s;
    } else if (glob !== undefined && matchSegment(glob, segments[s]!)) {
      g++;
      s++;
    } else if (star >= 0) {
      g = star + 1;
      s = ++taken;
    } else return false;
  }
  while (globs[g] === "**") g++;
  return g === globs.length;
}

function matchSegment(glob: readonly Step[], text: string): boolean {
  // A lone star matches a name, and a name is never empty.
  if (text === "") return glob.length === 0;
  let g = 0;
  let t = 0;
  let star = -1;
  let taken = 0;
  while (t < text.length) {
    const step = glob[g];
    const code = text.codePointAt(t)!;
    if (step?.kind === "star") {
      star = g++;
      taken = t;
    } else if (step !== undefined && accepts(step, code)) {
      g++;
      t += code > 0xffff ? 2 : 1;
    } else if (star >= 0) {
      g = star + 1;
      taken += text.codePointAt(taken)! > 0xffff ? 2 : 1;
      t = taken;
    } else return false;
  }
  while (glob[g]?.kind === "star") g++;
  return g === glob.length;
}

function accepts(step: Step, code: number): boolean {
  if (step.kind === "any") return true;
  if (step.kind === "char") return step.code === code;
  if (step.kind === "star") return false;
  return step.ranges.some(([low, high]) => low <= code && code <= high) !== step.negated;
}
