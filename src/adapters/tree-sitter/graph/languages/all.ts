import type { GraphLanguage } from "../graph-language.ts";
import { bash } from "./bash.ts";
import { cpp } from "./cpp.ts";
import { csharp } from "./csharp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { javascript, typescript } from "./typescript.ts";

/** Languages whose trees are read for the graph, by the first name of their grammar's spec. */
export const graphLanguages: ReadonlyMap<string, GraphLanguage> = new Map([
  ["typescript", typescript],
  ["tsx", typescript],
  ["javascript", javascript],
  ["python", python],
  ["go", go],
  ["rust", rust],
  ["java", java],
  ["csharp", csharp],
  ["cpp", cpp],
  ["ruby", ruby],
  ["php", php],
  ["bash", bash],
]);
