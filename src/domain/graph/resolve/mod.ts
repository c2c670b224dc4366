/** What import specifiers name, by the rules of each language. */
import { cpp } from "./cpp.ts";
import { csharp } from "./csharp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { php } from "./php.ts";
import type { Resolver } from "./place.ts";
import { protobuf } from "./protobuf.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { shell } from "./shell.ts";

export { jsonObject } from "./import-maps.ts";
export { type PackageName, type Place, type Resolver, unknownPlace } from "./place.ts";

/** Languages whose files may name each other's definitions. */
const families = ["js", "python", "go", "rust", "jvm", "csharp", "c", "ruby", "php", "shell", "proto"] as const;
export type Family = (typeof families)[number];

const familyOf = new Map<string, Family>([
  ["typescript", "js"],
  ["tsx", "js"],
  ["javascript", "js"],
  ["vue", "js"],
  ["svelte", "js"],
  ["python", "python"],
  ["go", "go"],
  ["rust", "rust"],
  ["java", "jvm"],
  ["kotlin", "jvm"],
  ["scala", "jvm"],
  ["groovy", "jvm"],
  ["csharp", "csharp"],
  ["c", "c"],
  ["cpp", "c"],
  ["objectivec", "c"],
  ["ruby", "ruby"],
  ["php", "php"],
  ["bash", "shell"],
  ["protobuf", "proto"],
]);

/** undefined for languages that import nothing: documents, configuration. */
export function languageFamily(language: string): Family | undefined {
  return familyOf.get(language);
}

const resolvers: Readonly<Record<Family, Resolver>> = {
  js: javascript,
  python,
  go,
  rust,
  jvm: java,
  csharp,
  c: cpp,
  ruby,
  php,
  shell,
  proto: protobuf,
};

export function resolverOf(family: Family): Resolver {
  return resolvers[family];
}
