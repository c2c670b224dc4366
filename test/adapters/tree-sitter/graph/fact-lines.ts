import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { parseFile } from "../../../../src/adapters/tree-sitter/mod.ts";
import type { GraphFacts } from "../../../../src/domain/graph/mod.ts";
import type { LineRange } from "../../../../src/domain/mod.ts";
import { projectFile } from "../../../../src/runtime/mod.ts";
import { parseText } from "../read-sample.ts";

/** What a fixture of test/fixtures/graph says. */
export async function fixtureFacts(path: string): Promise<GraphFacts> {
  return (await parseText(path, readFileSync(projectFile(`test/fixtures/graph/${path}`), "utf8"))).graph;
}

/** What a lock file says, which is never cut. */
export async function lockFacts(path: string): Promise<GraphFacts> {
  const bytes = readFileSync(projectFile(`test/fixtures/graph/${path}`));
  const read = await parseFile({ path, bytes }, { parseMs: 10_000 });
  assert.is(read.skipped && read.reason, "GENERATED");
  assert.ok(read.graph, `${path} says nothing`);
  return read.graph;
}

function at({ start, end }: LineRange): string {
  return start === end ? `${start}` : `${start}-${end}`;
}

/** "kind qualified.name start-end", with what encloses it, "exported" and "test". */
export function definitionLines({ definitions }: GraphFacts): string[] {
  return definitions.map(({ kind, qualifiedName, lines, parent, exported, test }) => {
    const inside = parent < 0 ? "" : ` in ${definitions[parent]!.qualifiedName}`;
    return `${kind} ${qualifiedName} ${at(lines)}${inside}${exported ? " exported" : ""}${test ? " test" : ""}`;
  });
}

/** "line specifier: names", as in an import statement. */
export function importLines({ imports }: GraphFacts): string[] {
  return imports.map(({ specifier, names, lines, reexport }) => {
    const bound = names.map(({ imported, local }) => (imported === local ? local : `${imported} as ${local}`));
    return `${at(lines)} ${reexport ? "re-export " : ""}${specifier}: ${bound.join(", ")}`.trimEnd();
  });
}

/** "line kind qualifier | name from definition"; nothing after the name for the file itself. */
export function mentionLines({ mentions, definitions }: GraphFacts): string[] {
  return mentions.map(({ kind, name, qualifier, from, lines }) => {
    const whole = qualifier === "" ? name : `${qualifier} | ${name}`;
    return `${at(lines)} ${kind} ${whole}${from < 0 ? "" : ` from ${definitions[from]!.qualifiedName}`}`;
  });
}

/** "line ecosystem name version". */
export function packageLines({ packages }: GraphFacts): string[] {
  return packages.map(({ ecosystem, name, version, lines }) =>
    `${at(lines)} ${ecosystem} ${name} ${version}`.trimEnd(),
  );
}

export interface Expected {
  readonly module?: string;
  readonly definitions: readonly string[];
  readonly imports: readonly string[];
  readonly mentions: readonly string[];
}

export async function assertFacts(path: string, expected: Expected): Promise<void> {
  const facts = await fixtureFacts(path);
  assert.equal(definitionLines(facts), expected.definitions, "definitions");
  assert.equal(importLines(facts), expected.imports, "imports");
  assert.equal(mentionLines(facts), expected.mentions, "mentions");
  assert.is(facts.module, expected.module ?? "");
}
