import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mostCandidates } from "../../../src/domain/graph/mod.ts";
import { linkTree } from "./link-tree.ts";

const test = suite("linked: a small TypeScript source");

/** Lines of a file. */
const text = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

const tree = {
  "package.json": text('{"name":"root","dependencies":{"chalk":"^5","zod":"1"}}'),
  "tsconfig.json": text('{"compilerOptions":{"baseUrl":".","paths":{"@app/*":["src/*"]}}}'),
  "src/a.ts": text(
    'import { b, type T } from "./b.js";',
    'import chalk from "chalk";',
    'import * as ns from "./ns.ts";',
    'import D from "./d";',
    'import { readFile } from "node:fs";',
    'import { deep } from "./index";',
    "export function a(x: T) { b(); ns.inner(); new D().go(); chalk.red(); x.go(); deep(); readFile(); lost(); }",
  ),
  "src/b.ts": text(
    "export function b() { return helper(); }",
    "function helper() {}",
    "export interface T { n: number }",
  ),
  "src/ns.ts": text("export const inner = () => 1;"),
  "src/d.ts": text(
    'import { Base } from "./base";',
    "export default class D extends Base {",
    "  go() { this.own(); this.fromBase(); super.fromBase(); }",
    "  own() {}",
    "}",
  ),
  "src/base.ts": text("export class Base {", "  fromBase() {}", "}"),
  "src/index.ts": text('export * from "./barrel";', 'export { b as renamed } from "./b";'),
  "src/barrel.ts": text('export { x as deep } from "./deep";'),
  "src/deep.ts": text("export function x() {}"),
  "src/lost.ts": text("export function lost() {}"),
  "test/a.test.ts": text(
    'import { a } from "../src/a";',
    'import { renamed } from "../src";',
    'test("a works", () => { a(); renamed(); });',
  ),
  "docs/guide.md": text("# Guide", "", "Use `a` and `D.go`; see [b](../src/b.ts)."),
  CODEOWNERS: text("* @all", "/src/ @core"),
};

test("names lead through aliases, namespaces, re-exports, defaults and classes; what is only called alike is possible", async () => {
  const linked = await linkTree(tree);
  assert.equal(linked.lines("imports", "calls", "references", "extends"), [
    "calls src/a.ts#a -> src/b.ts#b",
    "calls src/a.ts#a -> src/d.ts#D",
    "calls src/a.ts#a -> src/d.ts#D.go",
    "calls src/a.ts#a -> src/deep.ts#x",
    "calls src/a.ts#a -> src/lost.ts#lost?",
    "calls src/a.ts#a -> src/ns.ts#inner",
    "calls src/b.ts#b -> src/b.ts#helper",
    "calls src/d.ts#D.go -> src/base.ts#Base.fromBase",
    "calls src/d.ts#D.go -> src/d.ts#D.own",
    "calls test/a.test.ts#a works -> src/a.ts#a",
    "calls test/a.test.ts#a works -> src/b.ts#b",
    "extends src/d.ts#D -> src/base.ts#Base",
    "imports src/a.ts -> package:npm/chalk",
    "imports src/a.ts -> src/b.ts",
    "imports src/a.ts -> src/d.ts",
    "imports src/a.ts -> src/index.ts",
    "imports src/a.ts -> src/ns.ts",
    "imports src/barrel.ts -> src/deep.ts",
    "imports src/d.ts -> src/base.ts",
    "imports src/index.ts -> src/b.ts",
    "imports src/index.ts -> src/barrel.ts",
    "imports test/a.test.ts -> src/a.ts",
    "imports test/a.test.ts -> src/index.ts",
    "references src/a.ts#a -> src/b.ts#T",
  ]);
});

test("tests, documents, where everything belongs and who owns it: the last matching rule", async () => {
  const linked = await linkTree(tree);
  assert.equal(linked.lines("tests", "documents", "contains", "defines", "owned-by"), [
    "contains source:s -> CODEOWNERS",
    "contains source:s -> package.json",
    "contains source:s -> subsystem:docs",
    "contains source:s -> subsystem:src",
    "contains source:s -> subsystem:test",
    "contains source:s -> tsconfig.json",
    "contains subsystem:docs -> docs/guide.md",
    "contains subsystem:src -> src/a.ts",
    "contains subsystem:src -> src/b.ts",
    "contains subsystem:src -> src/barrel.ts",
    "contains subsystem:src -> src/base.ts",
    "contains subsystem:src -> src/d.ts",
    "contains subsystem:src -> src/deep.ts",
    "contains subsystem:src -> src/index.ts",
    "contains subsystem:src -> src/lost.ts",
    "contains subsystem:src -> src/ns.ts",
    "contains subsystem:test -> test/a.test.ts",
    "defines docs/guide.md -> docs/guide.md#Guide",
    "defines src/a.ts -> src/a.ts#a",
    "defines src/b.ts -> src/b.ts#T",
    "defines src/b.ts -> src/b.ts#b",
    "defines src/b.ts -> src/b.ts#helper",
    "defines src/base.ts -> src/base.ts#Base",
    "defines src/base.ts#Base -> src/base.ts#Base.fromBase",
    "defines src/d.ts -> src/d.ts#D",
    "defines src/d.ts#D -> src/d.ts#D.go",
    "defines src/d.ts#D -> src/d.ts#D.own",
    "defines src/deep.ts -> src/deep.ts#x",
    "defines src/lost.ts -> src/lost.ts#lost",
    "defines src/ns.ts -> src/ns.ts#inner",
    "defines test/a.test.ts -> test/a.test.ts#a works",
    "documents docs/guide.md#Guide -> src/b.ts",
    "owned-by CODEOWNERS -> owner:@all",
    "owned-by docs/guide.md -> owner:@all",
    "owned-by package.json -> owner:@all",
    "owned-by src/a.ts -> owner:@core",
    "owned-by src/b.ts -> owner:@core",
    "owned-by src/barrel.ts -> owner:@core",
    "owned-by src/base.ts -> owner:@core",
    "owned-by src/d.ts -> owner:@core",
    "owned-by src/deep.ts -> owner:@core",
    "owned-by src/index.ts -> owner:@core",
    "owned-by src/lost.ts -> owner:@core",
    "owned-by src/ns.ts -> owner:@core",
    "owned-by subsystem:docs -> owner:@all",
    "owned-by subsystem:src -> owner:@core",
    "owned-by subsystem:test -> owner:@all",
    "owned-by test/a.test.ts -> owner:@all",
    "owned-by tsconfig.json -> owner:@all",
    "tests test/a.test.ts -> src/a.ts",
    "tests test/a.test.ts -> src/index.ts",
    "tests test/a.test.ts#a works -> src/a.ts#a",
    "tests test/a.test.ts#a works -> src/b.ts#b",
  ]);
});

test("a name with more definitions than are worth telling gives no possible edge", async () => {
  const definers = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`f${n}.ts`, text("export class C {", "  run() {", "  }", "}")]),
    );
  const caller = { "z.ts": text("export function z(x) {", "  x.run();", "}") };
  const few = await linkTree({ ...caller, ...definers(mostCandidates) });
  assert.is(few.lines("calls").length, mostCandidates);
  assert.ok(few.lines("calls").every((line) => line.endsWith("?")));
  const many = await linkTree({ ...caller, ...definers(mostCandidates + 1) });
  assert.equal(many.lines("calls"), []);
});

test("what is defined twice is told apart, and whoever names it means both", async () => {
  const linked = await linkTree({
    "a.py": text(
      "import sys",
      "",
      "if sys.platform:",
      "    def f():",
      "        pass",
      "else:",
      "    def f():",
      "        pass",
    ),
    "b.py": text("from a import f", "", "def g():", "    f()"),
  });
  assert.equal(linked.lines("calls"), ["calls b.py#g -> a.py#f", "calls b.py#g -> a.py#f~2"]);
});

test("circles of re-exports, of bases and of imports end", async () => {
  const linked = await linkTree({
    "a.ts": text(
      'export * from "./b";',
      'export { x as y } from "./b";',
      "import { A } from './b';",
      "export class B extends A.C {",
      "  run() {",
      "    this.gone();",
      "    super.gone();",
      "  }",
      "}",
    ),
    "b.ts": text(
      'export * from "./a";',
      'export { y as x } from "./a";',
      "import { B } from './a';",
      "export class A extends B {",
      "}",
    ),
    "c.ts": text('import { x, nothing } from "./a";', "x();", "nothing();"),
    "p.py": text("from q import *", "from q import f as g"),
    "q.py": text("from p import *", "from p import g as f", "class K(K.L):", "    def m(self):", "        self.n()"),
  });
  assert.equal(linked.lines("calls"), []);
  assert.ok(linked.lines("extends").includes("extends b.ts#A -> a.ts#B"));
});

test.run();
