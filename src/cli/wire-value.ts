import { CommandError, exitCode } from "./exit-code.ts";

/** The wire's number for a word of the command line: ("SEARCH_MODE", "hybrid") → SEARCH_MODE_HYBRID. */
export function wireValue<N extends number>(names: Readonly<Record<string, N>>, prefix: string, word: string): N {
  const value = names[`${prefix}_${word.toUpperCase().replaceAll("-", "_")}`];
  if (value !== undefined) return value;
  const known = Object.keys(names)
    .filter((name) => name.startsWith(prefix) && !name.endsWith("_UNSPECIFIED"))
    .map((name) =>
      name
        .slice(prefix.length + 1)
        .toLowerCase()
        .replaceAll("_", "-"),
    );
  throw new CommandError(exitCode.usage, `'${word}' is not one of ${known.join(", ")}`);
}

/** The word for a wire's number: SEARCH_MODE_HYBRID → "hybrid". */
export function wireWord(names: Readonly<Record<string, number>>, prefix: string, value: number): string {
  const name = Object.entries(names).find(([, number]) => number === value)?.[0] ?? "unknown";
  return name.replace(`${prefix}_`, "").toLowerCase().replaceAll("_", "-");
}
