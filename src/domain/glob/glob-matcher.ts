import { Fault } from "../fault.ts";
import { expandBraces, mostAlternatives } from "./expand-braces.ts";

/** One step of a pattern. "deep" stands for any number of whole folders and takes two states: at a folder's start, inside it. */
type Step =
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "class"; readonly ranges: readonly (readonly [string, string])[]; readonly negated: boolean }
  | { readonly kind: "any" | "star" | "everything" | "deep" | "inside" };

/** A `[…]` that begins at `from`; undefined when it is not closed and so stands for itself. */
function characterClass(glob: readonly string[], from: number): { step: Step; end: number } | undefined {
  let at = from + 1;
  const negated = glob[at] === "!" || glob[at] === "^";
  if (negated) at++;
  const ranges: [string, string][] = [];
  for (let first = true; at < glob.length; first = false) {
    if (glob[at] === "]" && !first) return { step: { kind: "class", ranges, negated }, end: at };
    if (glob[at] === "\\") at++;
    const low = glob[at++] ?? "";
    if (glob[at] === "-" && glob[at + 1] !== undefined && glob[at + 1] !== "]") {
      ranges.push([low, glob[at + 1] as string]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return undefined;
}

function parse(pattern: string): Step[] {
  const glob = Array.from(pattern);
  const steps: Step[] = [];
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] as string;
    if (character === "*") {
      const from = at;
      while (glob[at + 1] === "*") at++;
      const whole = at > from && (from === 0 || glob[from - 1] === "/");
      if (whole && glob[at + 1] === "/") {
        at++;
        steps.push({ kind: "deep" }, { kind: "inside" });
      } else steps.push({ kind: whole && at + 1 === glob.length ? "everything" : "star" });
    } else if (character === "?") steps.push({ kind: "any" });
    else if (character === "[") {
      const found = characterClass(glob, at);
      steps.push(found?.step ?? { kind: "character", character });
      at = found?.end ?? at;
    } else if (character === "\\" && at + 1 < glob.length) {
      steps.push({ kind: "character", character: glob[++at] as string });
    } else steps.push({ kind: "character", character });
  }
  return steps;
}

/** Marks a state and those it reaches without a character. */
function enter(states: Uint8Array, steps: readonly Step[], from: number): void {
  let at = from;
  for (;;) {
    states[at] = 1;
    const kind = steps[at]?.kind;
    if (kind === "star" || kind === "everything") at += 1;
    else if (kind === "deep") at += 2;
    else return;
  }
}

function takes(step: Step, character: string): boolean {
  if (step.kind === "character") return step.character === character;
  if (step.kind === "any") return character !== "/";
  if (step.kind !== "class" || character === "/") return false;
  return step.ranges.some(([low, high]) => low <= character && character <= high) !== step.negated;
}

function matches(steps: readonly Step[], path: string): boolean {
  let now = new Uint8Array(steps.length + 1);
  let next = new Uint8Array(steps.length + 1);
  enter(now, steps, 0);
  for (const character of path) {
    next.fill(0);
    for (let at = 0; at < steps.length; at++) {
      if (now[at] === 0) continue;
      const step = steps[at] as Step;
      if (step.kind === "star") {
        if (character !== "/") enter(next, steps, at);
      } else if (step.kind === "everything") enter(next, steps, at);
      else if (step.kind === "deep") enter(next, steps, character === "/" ? at : at + 1);
      else if (step.kind === "inside") enter(next, steps, character === "/" ? at - 1 : at);
      else if (takes(step, character)) enter(next, steps, at + 1);
    }
    [now, next] = [next, now];
  }
  return now[steps.length] === 1;
}

/**
 * A test of whole paths: `*` and `?` within a folder, `**` across folders (as a whole name), `[a-z]`, `[!a]`,
 * `{a,b}`, backslash for the next character itself. Names that begin with a dot are no exception.
 * @throws Fault invalid when its braces spell more than 256 alternatives.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const patterns = expandBraces(glob)?.map(parse);
  if (patterns === undefined) {
    throw new Fault(
      "invalid",
      `the glob's braces spell more than ${mostAlternatives} alternatives: send several globs`,
    );
  }
  return (path) => patterns.some((steps) => matches(steps, path));
}
