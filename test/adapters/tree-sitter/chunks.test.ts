import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assertTiles, parseText, sampleText } from "./read-sample.ts";

const chunks = suite("chunks");
const body = (name: string, lines: number) =>
  Array.from({ length: lines }, (_, n) => `    ${name}.step${n}(first, second, third);`).join("\n");

chunks("a class too large for one chunk is cut at its methods, and they keep its header", async () => {
  const method = (name: string) =>
    `  /** Does ${name}. */\n  @log\n  ${name}(first: string): void {\n${body(name, 30)}\n  }\n`;
  const text = `/** Keeps things. */\nexport class Store<T> extends Base {\n${["alpha", "beta", "gamma"].map(method).join("\n")}}\n`;
  const file = await parseText("store.ts", text);
  assertTiles(file, text);
  assert.equal(
    file.chunks.map((chunk) => chunk.symbol?.qualifiedName),
    ["Store", "Store.beta", "Store.gamma"],
  );
  assert.equal(
    file.chunks.map((chunk) => chunk.context),
    ["", "export class Store<T> extends Base", "export class Store<T> extends Base"],
  );
  assert.equal(file.chunks[0]?.defines, ["Store", "alpha"]);
  assert.equal(file.chunks[0]?.kinds, ["class", "method"]);
  assert.is(file.chunks[0]?.doc, "Keeps things.\nDoes alpha.");
  assert.match(file.chunks[1]!.text, /^ {2}\/\*\* Does beta/, "its comment and decorator come with it");
});

chunks("a function too large for one chunk is cut at its statements, inside it", async () => {
  const block = (n: number) => `  if (n === ${n}) {\n${body("x", 12)}\n  }\n`;
  const text = `function outer(n) {\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(block).join("")}}\n`;
  const file = await parseText("outer.js", text);
  assertTiles(file, text);
  assert.ok(file.chunks.length > 2);
  for (const chunk of file.chunks.slice(1)) {
    assert.match(chunk.text, /^ {2}if \(n === \d\) \{\n/, "cuts fall between blocks");
    assert.is(chunk.symbol?.name, "outer");
    assert.equal(chunk.defines, []);
    assert.is(chunk.context, "function outer(n)");
  }
});

chunks("small neighbours share a chunk up to the target", async () => {
  const text = Array.from({ length: 40 }, (_, n) => `def f${n}(a):\n    return a + ${n}\n\n`).join("");
  const file = await parseText("small.py", text);
  assertTiles(file, text);
  assert.is(file.chunks.length, 1);
  assert.is(file.chunks[0]?.defines.length, 40);
  const more = await parseText("more.py", text.repeat(4));
  assert.ok(more.chunks.every((chunk) => chunk.text.length <= 1_500 && chunk.text.startsWith("def ")));
});

chunks("Go methods are named by their receiver, Rust's by the type of the impl", async () => {
  const go = await parseText("x.go", `package x\n\nfunc (s *Store[T]) Add(v T) {\n${body("s", 60)}\n}\n`);
  assert.is(go.chunks.at(-1)?.symbol?.qualifiedName, "Store.Add");
  assert.is(go.chunks.at(-1)?.context, "func (s *Store[T]) Add(v T)");
  const rust = await parseText("x.rs", `impl<T> Area for Shape<T> {\n  fn area(&self) {\n${body("s", 60)}\n  }\n}\n`);
  assert.is(rust.chunks.at(-1)?.symbol?.qualifiedName, "Shape.area");
  assert.is(rust.chunks.at(-1)?.context, "impl<T> Area for Shape<T>\nfn area(&self)");
});

chunks("Markdown sections carry their heading path", async () => {
  const words = "Some words about shapes and how to keep them. ".repeat(25);
  const text = `# Guide\n\n${words}\n\n## Install\n\n${words}\n\n### On Linux\n\n${words}\n\n## Use\n\n${words}\n`;
  const file = await parseText("guide.md", text);
  assertTiles(file, text);
  const linux = file.chunks.find((chunk) => chunk.defines.includes("On Linux"));
  assert.is(linux?.symbol?.qualifiedName, "Guide > Install > On Linux");
  assert.is(linux?.context, "# Guide\n## Install");
  assert.equal(linux?.kinds, ["section"]);
});

chunks("headings inside fences and front matter are none", async () => {
  const file = await parseText("sample.md", sampleText("sample.md"));
  assert.not.ok(file.symbols.some((symbol) => symbol.name.includes("not")));
});

chunks("protobuf is cut between messages and RPCs, named with the package", async () => {
  const fields = Array.from({ length: 40 }, (_, n) => `  string field_${n} = ${n + 1};`).join("\n");
  const text = `syntax = "proto3";\npackage a.b;\n\n// First.\nmessage One {\n${fields}\n}\n\n// Second.\nmessage Two {\n${fields}\n}\n`;
  const file = await parseText("x.proto", text);
  assertTiles(file, text);
  const two = file.chunks.find((chunk) => chunk.defines.includes("Two"));
  assert.is(two?.symbol?.qualifiedName, "a.b.Two");
  assert.match(two!.text, /^\/\/ Second\.\nmessage Two/);
  assert.is(two?.doc, "Second.");
});

chunks("docstrings and comments before a definition are its documentation", async () => {
  const file = await parseText("sample.py", sampleText("sample.py"));
  assert.is(file.chunks[0]?.doc, "Holds shapes.\nKeeps shapes in order.\nFor a day.\nHow many.");
});

chunks("a file of no known language is cut after blank lines", async () => {
  const text = Array.from({ length: 60 }, (_, n) => `${"word ".repeat(20)}${n}\n${n % 5 === 4 ? "\n" : ""}`).join("");
  const file = await parseText("notes.unknown", text);
  assertTiles(file, text);
  assert.is(file.language, "");
  for (const chunk of file.chunks.slice(0, -1)) assert.ok(chunk.text.endsWith("\n\n"), "ends with a blank line");
});

chunks.run();
