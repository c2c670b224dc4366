import { readFile } from "node:fs/promises";

/** A file that answers, with lines when only part of it does. */
export interface Target {
  readonly path: string;
  readonly lines: { readonly start: number; readonly end: number } | undefined;
}

export interface Question {
  readonly query: string;
  readonly category: string;
  readonly targets: readonly Target[];
}

type Label = string | { readonly path: string; readonly start_line?: number; readonly end_line?: number };

interface Written {
  readonly query: string;
  readonly category?: string;
  readonly relevant: readonly Label[];
  readonly secondary?: readonly Label[];
}

/** Questions in the form of the code-search set: relevant and secondary labels count alike. */
export async function readQuestions(file: string): Promise<Question[]> {
  const written = JSON.parse(await readFile(file, "utf8")) as Written[];
  return written.map(({ query, category = "", relevant, secondary = [] }) => ({
    query,
    category,
    targets: [...relevant, ...secondary].map(toTarget),
  }));
}

function toTarget(label: Label): Target {
  if (typeof label === "string") return { path: label, lines: undefined };
  const { path, start_line: start, end_line: end } = label;
  return { path, lines: start === undefined ? undefined : { start, end: end ?? start } };
}
