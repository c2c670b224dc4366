/** A key of a TOML file. */
export interface TomlEntry {
  /** Its table: `tool.poetry.dependencies`, `package`; "" above the first. */
  readonly table: string;
  /** Counts the headers so far, so that `[[package]]` tables can be told apart. */
  readonly nth: number;
  readonly key: string;
  /** As written; arrays over several lines are joined. */
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** Lines that an array may go on for. */
const longestArray = 2_000;

/** Reads the keys of a TOML file one after the other: enough for manifests, no parser of all of TOML. */
export function tomlEntries(text: string): TomlEntry[] {
  const rows = text.split("\n");
  const found: TomlEntry[] = [];
  let table = "";
  let nth = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = uncommented(rows[at]!).trim();
    const header = /^\[\[?\s*([^\]]+?)\s*\]\]?$/.exec(row)?.[1];
    if (header !== undefined) {
      table = header;
      nth += 1;
      continue;
    }
    const match = /^((?:[\w.-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)$/.exec(row);
    if (match === null) continue;
    const line = at + 1;
    let value = match[2]!;
    if (value.startsWith("[")) {
      const last = Math.min(rows.length, at + longestArray);
      while (depth(value) > 0 && at + 1 < last) {
        at += 1;
        value += `\n${uncommented(rows[at]!)}`;
      }
    }
    found.push({ table, nth, key: match[1]!.replace(/["']/g, ""), value, line });
  }
  return found;
}

/** The text of a string, or of a `version = "…"` in an inline table. */
export function tomlText(value: string, key = "version"): string {
  const plain = /^["']([^"'\n]*)["']/.exec(value.trim())?.[1];
  if (plain !== undefined) return plain;
  return new RegExp(`\\b${key}\\s*=\\s*["']([^"'\\n]*)["']`).exec(value)?.[1] ?? "";
}

/** The strings of an array, each with how many lines below the array's start it stands. */
export function tomlList(value: string): { readonly text: string; readonly below: number }[] {
  const found: { text: string; below: number }[] = [];
  for (const match of value.matchAll(/"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g)) {
    const below = value.slice(0, match.index).split("\n").length - 1;
    found.push({ text: match[1] ?? match[2] ?? "", below });
  }
  return found;
}

function uncommented(row: string): string {
  return row.replace(/("(?:[^"\\]|\\.)*"|'[^']*')|#.*$/g, (_, quoted: string | undefined) => quoted ?? "");
}

function depth(value: string): number {
  const bare = value.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "");
  return bare.split("[").length - bare.split("]").length;
}
