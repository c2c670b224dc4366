import type { LanguageSpec } from "../language-spec.ts";
import { go } from "./go.ts";
import { python } from "./python.ts";
import { javascript, tsx, typescript } from "./typescript.ts";

const all: readonly LanguageSpec[] = [typescript, tsx, javascript, python, go];

/** Languages with a grammar, by each of their names. */
export const languageSpecs: ReadonlyMap<string, LanguageSpec> = new Map(
  all.flatMap((spec) => spec.names.map((name) => [name, spec] as const)),
);
