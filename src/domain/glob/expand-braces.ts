/** Alternatives a glob may spell out by braces: beyond it, it is refused. */
export const mostAlternatives = 256;

/** Index of the brace that closes the one at `from`; -1 when none does. */
function closing(glob: string, from: number): number {
  let depth = 0;
  for (let at = from; at < glob.length; at++) {
    if (glob[at] === "\\") at++;
    else if (glob[at] === "{") depth++;
    else if (glob[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

/** Parts between the commas that stand in no inner brace. */
function choices(inside: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === "\\") at++;
    else if (inside[at] === "{") depth++;
    else if (inside[at] === "}") depth--;
    else if (inside[at] === "," && depth === 0) {
      parts.push(inside.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, inside.slice(start)];
}

/** `{a,b}` spelled out, nested ones too; undefined when there are too many. A brace without a comma is itself. */
export function expandBraces(glob: string): string[] | undefined {
  for (let at = 0; at < glob.length; at++) {
    if (glob[at] === "\\") at++;
    else if (glob[at] === "{") {
      const end = closing(glob, at);
      if (end < 0) continue;
      const parts = choices(glob.slice(at + 1, end));
      if (parts.length < 2) continue;
      const all: string[] = [];
      for (const part of parts) {
        const expanded = expandBraces(glob.slice(0, at) + part + glob.slice(end + 1));
        if (expanded === undefined || all.length + expanded.length > mostAlternatives) return undefined;
        all.push(...expanded);
      }
      return all;
    }
  }
  return [glob];
}
