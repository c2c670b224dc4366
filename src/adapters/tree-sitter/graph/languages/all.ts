import type { GraphLanguage } from "../graph-language.ts";
import { go } from "./go.ts";
import { python } from "./python.ts";
import { javascript, typescript } from "./typescript.ts";

/** Languages whose trees are read for the graph, by the first name of their grammar's spec. */
export const graphLanguages: ReadonlyMap<string, GraphLanguage> = new Map([
  ["typescript", typescript],
  ["tsx", typescript],
  ["javascript", javascript],
  ["python", python],
  ["go", go],
]);
