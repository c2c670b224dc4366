import { type GraphFacts, noGraphFacts } from "../../../domain/graph/mod.ts";
import type { LineTable } from "../line-table.ts";
import type { Outline } from "../outline.ts";
import { configMentions } from "./config-mentions.ts";
import { documentMentions } from "./document-mentions.ts";
import { readLock } from "./manifests/read-lock.ts";
import { readManifest } from "./manifests/read-manifest.ts";
import { outlineDefinitions } from "./outline-facts.ts";
import { ownerFacts } from "./owner-facts.ts";
import { protobufFacts } from "./protobuf-facts.ts";

const configs: ReadonlySet<string> = new Set(["yaml", "json", "toml", "dockerfile", "makefile", "ini"]);
/** Written by tools: the files they name are not this repository's. */
const lockFile = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|[\w.-]+\.lock|pnpm-lock\.yaml|go\.sum)$/;

/** What documents, protobuf files, configurations and CODEOWNERS say. */
export function textFacts(
  path: string,
  language: string,
  outline: Outline,
  text: string,
  table: LineTable,
): GraphFacts {
  if (language === "protobuf") return protobufFacts(outline, text, table);
  const definitions = outlineDefinitions(outline);
  if (language === "markdown" || language === "restructuredtext") {
    return withMentions({ ...noGraphFacts, definitions }, documentMentions(language, definitions, text, table));
  }
  if (language === "codeowners") return { ...noGraphFacts, definitions, owners: ownerFacts(path, text) };
  if (configs.has(language) && !lockFile.test(path)) {
    return withMentions({ ...noGraphFacts, definitions }, configMentions(definitions, text, table));
  }
  return { ...noGraphFacts, definitions };
}

function withMentions(
  facts: GraphFacts,
  { mentions, leftOut }: { readonly mentions: GraphFacts["mentions"]; readonly leftOut: number },
): GraphFacts {
  return { ...facts, mentions, ...(leftOut > 0 ? { mentionsLeftOut: leftOut } : {}) };
}

/** What a lock file says of packages; undefined for nothing. */
export function lockFacts(path: string, text: string): GraphFacts | undefined {
  const packages = readLock(path, text);
  return packages.length === 0 ? undefined : { ...noGraphFacts, packages };
}

/** Adds what a manifest says, whatever its language is read as. */
export function withManifest(facts: GraphFacts, path: string, text: string): GraphFacts {
  const manifest = readManifest(path, text);
  if (manifest === undefined) return facts;
  const { packages, settings, paths } = manifest;
  const named = new Set(paths.map(({ name }) => name));
  const mentions = [...facts.mentions.filter(({ name, kind }) => kind !== "path" || !named.has(name)), ...paths].sort(
    (a, b) => a.lines.start - b.lines.start,
  );
  return { ...facts, packages, settings: { ...facts.settings, ...settings }, mentions };
}
