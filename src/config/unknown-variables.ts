import type { Problems } from "./problems.ts";
import type { Environment } from "./variable.ts";

/** The command's own variable: a gateway may be started from a shell that has it. */
const commands = new Set(["KM_TOKEN"]);

/** A misspelt variable would silently leave a default in force, so every unknown `KM_` key is refused. */
export function refuseUnknown(env: Environment, known: readonly string[], problems: Problems): void {
  for (const name of Object.keys(env).sort()) {
    if (!name.startsWith("KM_") || name.startsWith("KM_TEST_")) continue;
    if (env[name] === undefined || commands.has(name) || known.includes(name)) continue;
    const near = nearest(name, known);
    problems.add(name, near ? `no such variable; did you mean ${near}?` : "no such variable; see `gateway config`");
  }
}

/** The closest known name, when at most a third of the letters differ. */
function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor((name.length - 3) / 3)) + 1;
  for (const candidate of known) {
    const edits = distance(name, candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Levenshtein's edit distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
