import type { LanguageSpec } from "../language-spec.ts";
import { cpp } from "./cpp.ts";
import { csharp } from "./csharp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { bash } from "./shell.ts";
import { css, ini } from "./style.ts";
import { javascript, tsx, typescript } from "./typescript.ts";

const all: readonly LanguageSpec[] = [
  typescript,
  tsx,
  javascript,
  python,
  go,
  rust,
  java,
  csharp,
  cpp,
  ruby,
  php,
  bash,
  css,
  ini,
];

/** Languages with a grammar, by each of their names. */
export const languageSpecs: ReadonlyMap<string, LanguageSpec> = new Map(
  all.flatMap((spec) => spec.names.map((name) => [name, spec] as const)),
);
