import process from "node:process";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLibsqlGraph } from "../../../src/adapters/libsql/mod.ts";
import { memoryGraphStore } from "../../../src/adapters/memory/mod.ts";
import type { GraphStore } from "../../../src/ports/mod.ts";
import { quietMeter, temporaryState } from "../../adapters/libsql/index/sample-index.ts";
import { graphBench, wholeGraph } from "./graph-bench.ts";
import { fakeSource, ingest, never } from "./harness.ts";

const test = suite("the graph of incremental runs is that of a full one");

/** What files are made of: names that meet, by every rule that leads from one file to another. */
const pieces: Readonly<Record<string, readonly string[]>> = {
  ts: [
    "export function a() { b(); }\n",
    "export function b() { a(); shared(); }\n",
    "export const b = 1;\n",
    "function b() {}\nexport { b as renamed };\n",
    'import { a } from "./a";\na();\n',
    'import { a as z, renamed } from "./lib";\nexport function viaLib() { z(); renamed(); }\n',
    'export * from "./a";\n',
    'export * from "./lib/index.js";\n',
    'export { a as b } from "./b";\n',
    'import * as ns from "./lib";\nexport const useNs = () => ns.a();\n',
    'import D from "./lib/d";\nexport class E extends D { run() { this.base(); super.base(); } }\n',
    "export default class D { base() {} }\n",
    'import { Base } from "../a";\nexport default class D extends Base {}\n',
    "export class Base { base() {} }\n",
    "export class Base extends Other {}\nclass Other { base() {} }\n",
    'import { thing } from "@x/lib";\nimport "side-effect";\nthing();\n',
    "shared();\nexport function helper(x) { x.base(); x.run(); }\n",
    'import { GreeterClient } from "../gen/greet_pb";\nnew GreeterClient().sayHello();\n',
    'test("a works", () => { a(); b(); });\n',
  ],
  py: [
    "def a():\n    b()\n",
    "from .b import a\n\ndef c():\n    a()\n",
    "from pkg import a as z, b\n\ndef d():\n    z()\n    b.a()\n",
    "from .a import *\n",
    "import pkg.b\n\ndef e():\n    pkg.b.a()\n",
    "class Base:\n    def run(self):\n        self.stop()\n    def stop(self):\n        pass\n",
    "from pkg.a import Base\n\nclass Sub(Base):\n    def go(self):\n        self.run()\n",
    "import json\nimport requests\nrequests.get(json)\n",
  ],
  go: [
    'package m\n\nimport "example.com/m/sub"\n\nfunc A() { sub.B(); c() }\n',
    "package m\n\nfunc c() {}\n",
    "package sub\n\nfunc B() {}\n\ntype S struct{}\n",
    "package sub\n\nfunc (s *S) Run() { s.Run(); B() }\n",
  ],
  h: ["int shared(int x);\n", '#include "b.h"\nint shared(int x);\n'],
  c: [
    '#include "a.h"\nint main() { return shared(1) + other(); }\n',
    '#include "lib/b.h"\nint other() { return shared(2); }\n',
    "int shared(int x) { return x; }\n",
  ],
  java: [
    "package com.acme;\n\npublic class A { void run() { B.go(); help(); } void help() {} }\n",
    "package com.acme;\n\npublic class B extends A { static void go() { new A().run(); help(); } }\n",
    "package com.other;\n\nimport com.acme.*;\nimport com.acme.B;\n\npublic class C { A a; void x() { B.go(); } }\n",
  ],
  cs: [
    "namespace Acme.Core;\n\npublic class A { public void Run() { B.Go(); } }\n",
    "using Acme.Core;\n\nnamespace Acme.App;\n\npublic class B : A { public static void Go() { Run(); } }\n",
  ],
  rs: [
    "mod b;\nuse crate::b::go;\n\npub fn a() { go(); b::stop(); self::b::go(); }\n",
    "pub fn go() {}\npub fn stop() { crate::a(); }\n",
    "pub struct S;\nimpl S { pub fn run(&self) { self.stop(); } fn stop(&self) {} }\n",
  ],
  rb: ['require_relative "b"\n\nclass A < B\n  def run\n    help\n  end\nend\n', "class B\n  def help\n  end\nend\n"],
  php: [
    "<?php\nnamespace App;\n\nuse App\\Models\\User;\n\nfunction go() { User::find(); new User(); }\n",
    "<?php\nnamespace App\\Models;\n\nclass User { public static function find() {} }\n",
  ],
  proto: [
    'syntax = "proto3";\npackage greet;\n\nimport "lib/b.proto";\n\nservice Greeter {\n  rpc SayHello(Hello) returns (greet.Reply);\n}\n\nmessage Hello {\n  Reply reply = 1;\n}\n',
    'syntax = "proto3";\npackage greet;\n\nmessage Reply {\n  string text = 1;\n}\n',
  ],
  md: [
    "# Guide\n\nSee `a()` and `Base.base`, or [the code](a.ts).\n",
    "# Other\n\n## Part\n\nRun `helper` of `lib/a.ts` and [this](../a.py).\n",
  ],
  sh: [". ./lib/b.sh\nshared\n", "shared() {\n  echo\n}\n"],
};

const places: readonly string[] = [
  ...[
    "a.ts",
    "b.ts",
    "c.ts",
    "lib.ts",
    "lib/index.ts",
    "lib/a.ts",
    "lib/d.ts",
    "lib/d.tsx",
    "a.test.ts",
    "gen/greet_pb.ts",
  ],
  ...["pkg/__init__.py", "pkg/a.py", "pkg/b.py", "pkg/b/__init__.py", "app.py", "test_a.py"],
  ...["a.go", "sub/b.go", "sub/c.go", "sub/b_test.go"],
  ...["a.h", "b.h", "lib/b.h", "a.c", "lib/a.c", "shared.c"],
  ...["src/main/java/com/acme/A.java", "src/main/java/com/acme/B.java", "src/main/java/com/other/C.java"],
  ...["A.cs", "sub/B.cs", "src/lib.rs", "src/b.rs", "src/b/mod.rs", "a.rb", "b.rb", "index.php", "User.php"],
  ...["greet.proto", "lib/b.proto", "guide.md", "lib/other.md", "run.sh", "lib/b.sh"],
];

const manifests: readonly (readonly [string, string])[] = [
  ["package.json", '{ "name": "root", "dependencies": { "side-effect": "^1.0.0" } }\n'],
  ["lib/package.json", '{ "name": "@x/lib", "main": "index.js" }\n'],
  ["tsconfig.json", '{ "compilerOptions": { "baseUrl": ".", "paths": { "@x/lib": ["./a"] } } }\n'],
  ["go.mod", "module example.com/m\n\nrequire example.com/other v1.0.0\n"],
  ["Cargo.toml", '[package]\nname = "thing"\n'],
  ["requirements.txt", "requests==2.0\n"],
  ["CODEOWNERS", "* @all\n/lib/ @libs\n"],
  ["CODEOWNERS", "* @all\n/pkg/b/ @b\n"],
  [
    "package-lock.json",
    '{ "packages": { "": { "dependencies": { "left": "1" } }, "node_modules/left": { "version": "1.0.0" } } }\n',
  ],
  [
    "package-lock.json",
    '{ "packages": { "": { "dependencies": { "left": "1" } }, "node_modules/left": { "version": "1.1.0" } } }\n',
  ],
  ["lib/yarn.lock", 'side-effect@^1.0.0:\n  version "1.0.3"\n\nnobody@1:\n  version "1.0.0"\n'],
  ["poetry.lock", '[[package]]\nname = "Requests"\nversion = "2.0.1"\n'],
  ["yarn.lock", "{}\n"],
  [
    "subsystems.json",
    '{ "subsystems": [{ "name": "Lib", "paths": ["lib/**"], "owners": ["@o"], "depends_on": ["Rest"] }, { "name": "Rest", "paths": ["pkg/**", "*.ts"] }] }\n',
  ],
];

const pathOf = fc.constantFrom(...places);
const edit = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      path: pathOf,
      picks: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("delete" as const), path: pathOf }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("rename" as const), path: pathOf, to: pathOf }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("manifest" as const), n: fc.nat(manifests.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unmanifest" as const), n: fc.nat(manifests.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("binary" as const), path: pathOf }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lines" as const), path: pathOf }) },
);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function apply(files: Map<string, string>, one: Edit): void {
  switch (one.kind) {
    case "write": {
      const ending = one.path.split(".").at(-1)!.replace("tsx", "ts");
      const of = pieces[ending]!;
      files.set(one.path, one.picks.map((n) => of[n % of.length]!).join("\n"));
      return;
    }
    case "delete":
      files.delete(one.path);
      return;
    case "rename": {
      const text = files.get(one.path);
      if (text === undefined || one.path.split(".").at(-1) !== one.to.split(".").at(-1)) return;
      files.delete(one.path);
      files.set(one.to, text);
      return;
    }
    case "manifest":
      files.set(...(manifests[one.n] as [string, string]));
      return;
    case "unmanifest":
      files.delete(manifests[one.n]![0]);
      return;
    case "binary":
      if (files.has(one.path)) files.set(one.path, "\0binary");
      return;
    case "lines":
      if (files.has(one.path)) files.set(one.path, `\n\n${files.get(one.path)}`);
  }
}

const seed = Number(process.env["KM_TEST_SEED"] ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env["KM_TEST_RUNS"] ?? 15);

const first = fc.array(fc.record({ path: pathOf, picks: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }) }), {
  minLength: 8,
  maxLength: 20,
});

/** Runs edit sequences over one store and holds each state against a full run into a fresh reference store. */
async function agree(graph: () => GraphStore, runs: number): Promise<void> {
  let sources = 0;
  await fc.assert(
    fc.asyncProperty(
      first,
      fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      async (begin, steps) => {
        const name = `repo${sources++}`;
        const source = fakeSource(name, {});
        for (const one of begin) apply(source.files, { kind: "write", ...one });
        const at = graphBench([source], { graph: graph() });
        await ingest(at, name);
        for (const edits of steps) {
          for (const one of edits) apply(source.files, one);
          await at.clock.advance(1);
          const run = await ingest(at, name);
          assert.is(run.state, "succeeded", JSON.stringify(run.error));
          const fresh = graphBench([source]);
          const anew = await ingest(fresh, name);
          assert.equal(await wholeGraph(at, name), await wholeGraph(fresh, name));
          assert.equal(run.graph, anew.graph);
        }
      },
    ),
    { numRuns: runs, seed },
  );
}

test(`any sequence of edits gives the same nodes and edges as starting over (seed ${seed})`, async () => {
  await agree(memoryGraphStore, numRuns);
});

test(`so it is in the embedded store (seed ${seed})`, async () => {
  const state = temporaryState();
  const graph = await openLibsqlGraph({ statePath: state.path, meter: quietMeter }, never);
  try {
    await agree(() => graph, Math.ceil(numRuns / 5));
  } finally {
    await graph.close();
    state.remove();
  }
});

test.run();
