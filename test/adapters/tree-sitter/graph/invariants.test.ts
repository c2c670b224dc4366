import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseFile } from "../../../../src/adapters/tree-sitter/mod.ts";
import { isReadLockFile } from "../../../../src/domain/discovery/mod.ts";
import { type GraphFacts, noGraphFacts } from "../../../../src/domain/graph/mod.ts";
import { projectFile } from "../../../../src/runtime/mod.ts";

const folder = projectFile("test/fixtures/graph");
const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
  .sort();
const texts = new Map(paths.map((path) => [path, readFileSync(`${folder}/${path}`)]));

async function factsOf(
  path: string,
  bytes: Uint8Array,
): Promise<{ graph: GraphFacts; lines: number; symbols: number }> {
  const file = await parseFile({ path, bytes }, { parseMs: 10_000 });
  if (file.skipped) {
    assert.ok(isReadLockFile(path), `${path} is read`);
    return { graph: file.graph ?? noGraphFacts, lines: file.lines, symbols: 0 };
  }
  return { graph: file.graph, lines: file.lines, symbols: file.symbols.length };
}

function inLineOrder(
  facts: readonly { readonly lines: { readonly start: number; readonly end: number } }[],
  last: number,
) {
  let line = 1;
  for (const { lines } of facts) {
    assert.ok(lines.start >= line, `line ${lines.start} comes after line ${line}`);
    assert.ok(lines.end >= lines.start && lines.end <= last, `lines ${lines.start}-${lines.end} of ${last}`);
    line = lines.start;
  }
}

function assertSound({ graph, lines, symbols }: { graph: GraphFacts; lines: number; symbols: number }): void {
  const { definitions, imports, mentions, packages, owners } = graph;
  for (const list of [definitions, imports, mentions, packages, owners]) inLineOrder(list, lines);
  assert.ok(definitions.length >= symbols, "every symbol is a definition");
  for (const [index, { parent, name, lines: own }] of definitions.entries()) {
    assert.ok(Number.isInteger(parent) && parent >= -1 && parent < index, `parent ${parent} of definition ${index}`);
    assert.ok(name !== "");
    const outer = definitions[parent];
    assert.ok(outer === undefined || outer.lines.start <= own.start, "a parent begins first");
  }
  const seen = new Set<string>();
  for (const { from, name, kind, qualifier } of mentions) {
    assert.ok(Number.isInteger(from) && from >= -1 && from < definitions.length, `from ${from}`);
    assert.ok(name !== "");
    const key = JSON.stringify([from, kind, qualifier, name]);
    assert.not(seen.has(key), `${key} is mentioned once`);
    seen.add(key);
  }
  for (const { specifier, names } of imports) assert.ok(specifier !== "" || names.length > 0);
}

const invariants = suite("facts of any text");

invariants("what the fixtures say is sound, and the same when they are read again", async () => {
  for (const [path, bytes] of texts) {
    const first = await factsOf(path, bytes);
    assertSound(first);
    assert.equal(await factsOf(path, bytes), first, path);
  }
});

invariants("files cut short, with lines or words taken out, and CRLF are read without a throw", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.nat(),
      fc.nat({ max: 200 }),
      fc.constantFrom("cut", "hole", "crlf"),
      async (path, place, size, how) => {
        const text = new TextDecoder().decode(texts.get(path));
        const at = place % (text.length + 1);
        const changed =
          how === "cut"
            ? text.slice(0, at)
            : how === "hole"
              ? text.slice(0, at) + text.slice(at + size)
              : text.replaceAll("\n", "\r\n");
        assertSound(await factsOf(path, new TextEncoder().encode(changed)));
      },
    ),
    { numRuns: 150 },
  );
});

invariants("any text under any of the names", async () => {
  const pieces = fc.constantFrom(
    ..."class function def import from export { } ( ) [ ] < > : :: . , ; => -> = \" ' ` # // /* */ \n \t @ $ ! ? & | ~ 𝒳 é A b 1 return".split(
      " ",
    ),
    "\n",
    " ",
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.array(pieces, { maxLength: 120 }), async (path, words) => {
      assertSound(await factsOf(path, new TextEncoder().encode(words.join(" "))));
    }),
    { numRuns: 150 },
  );
});

invariants("a file with very many mentions keeps the first, counts the rest, and loses no definition", async () => {
  const calls = Array.from({ length: 6_000 }, (_, n) => `call${n}();\n`).join("");
  const { graph } = await factsOf("many.ts", new TextEncoder().encode(`${calls}export function last() {}\n`));
  assert.is(graph.mentions.length, 5_000);
  assert.is(graph.mentions[0]?.name, "call0");
  assert.is(graph.mentionsLeftOut, 1_000);
  assert.equal(
    graph.definitions.map(({ name }) => name),
    ["last"],
  );
});

invariants("a secret is in no fact", async () => {
  const key = `AKIA${"Q7WJ4ZP2M5RT8XKV"}`;
  for (const [path, text] of [
    ["a.ts", `import "${key}";\nexport const kept = 1;\ncall${key}(${key});\n`],
    ["a.md", `See \`${key}\` and [it](${key}.md).\n`],
    ["package.json", `{\n  "name": "${key}",\n  "main": "./main.js"\n}\n`],
  ] as const) {
    const { graph } = await factsOf(path, new TextEncoder().encode(text));
    assert.not.ok(JSON.stringify(graph).includes(key), path);
  }
});

invariants("deep nesting ends", async () => {
  for (const [path, open, close] of [
    ["a.ts", "f(() => [\n", "])\n"],
    ["a.py", "f([\n", "])\n"],
    ["a.rs", "fn f() { g(\n", ") }\n"],
    ["a.go", "func() { f(\n", ") }\n"],
  ] as const) {
    assertSound(await factsOf(path, new TextEncoder().encode(`${open.repeat(3_000)}\n${close.repeat(3_000)}`)));
  }
});

invariants.run();
