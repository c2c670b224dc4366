import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  artifactTypeOf,
  excludedBy,
  languageOf,
  listedRefusal,
  looksBinary,
  looksGenerated,
  pathRefusal,
} from "../../../src/domain/discovery/mod.ts";

const test = suite("classify files");

test("languages by name, and by content where the name leaves it open", () => {
  const cases: [path: string, head: string, language: string][] = [
    ["src/a.ts", "", "typescript"],
    ["a.tsx", "", "typescript"],
    ["a.TS", "", "typescript"],
    ["a.mjs", "", "javascript"],
    ["a.pyi", "", "python"],
    ["a.go", "", "go"],
    ["a.rs", "", "rust"],
    ["A.java", "", "java"],
    ["A.cs", "", "csharp"],
    ["a.hpp", "", "cpp"],
    ["a.c", "", "c"],
    ["a.rb", "", "ruby"],
    ["a.php", "", "php"],
    ["a.sh", "", "bash"],
    ["a.css", "", "css"],
    ["a.ps1", "", "powershell"],
    ["a.ini", "", "ini"],
    ["a.toml", "", "toml"],
    ["a.yml", "", "yaml"],
    ["a.json", "", "json"],
    ["README.md", "", "markdown"],
    ["a.rst", "", "restructuredtext"],
    ["a.proto", "", "protobuf"],
    ["a.sql", "", "sql"],
    ["a.html", "", "html"],
    ["a.kt", "", "kotlin"],
    ["a.swift", "", "swift"],
    ["a.scala", "", "scala"],
    ["Dockerfile", "", "dockerfile"],
    ["docker/Dockerfile.prod", "", "dockerfile"],
    ["Makefile", "", "makefile"],
    ["go.mod", "", "gomod"],
    ["a.h", "#ifndef A_H\nint f(void);\n", "c"],
    ["a.h", "#include <vector>\nnamespace x { class Y; }\n", "cpp"],
    ["a.h", "class Foo {\npublic:\n};\n", "cpp"],
    ["a.h", "#import <Foundation/Foundation.h>\n@interface A\n", "objectivec"],
    ["a.m", "#import <X.h>\n@implementation A\n", "objectivec"],
    ["a.m", "function y = f(x)\n% help\nend\n", "matlab"],
    ["a.pl", "use strict;\nmy $x = 1;\n", "perl"],
    ["a.pl", ":- module(a, []).\nfoo(X) :- bar(X).\n", "prolog"],
    ["i18n/de.ts", '<?xml version="1.0"?>\n<!DOCTYPE TS>', "xml"],
    ["bin/run", "#!/usr/bin/env python3\n", "python"],
    ["bin/run", "#!/usr/bin/env -S node --flag\n", "javascript"],
    ["bin/run", "#!/bin/sh -e\n", "bash"],
    ["bin/run", "#!/usr/bin/env FOO=1 ruby2.7\n", "ruby"],
    ["bin/run", "plain", ""],
    ["nginx.conf.in", "", "ini"],
    ["LICENSE", "", "text"],
    ["no-extension", "", ""],
    [".gitignore", "", "ignore"],
  ];
  for (const [path, head, language] of cases) assert.is(languageOf(path, head), language, path);
});

test("artifact types follow each ecosystem's conventions", () => {
  const cases: Record<string, string> = {
    "src/a.ts": "code",
    "src/a.test.ts": "test",
    "src/a.spec.tsx": "test",
    "src/__tests__/a.js": "test",
    "test/a.ts": "test",
    "pkg/a_test.go": "test",
    "pkg/a.go": "code",
    "tests/test_a.py": "test",
    "a/test_b.py": "test",
    "a/conftest.py": "test",
    "src/contest.py": "code",
    "src/latest.ts": "code",
    "src/test/java/com/x/ATest.java": "test",
    "src/main/java/com/x/A.java": "code",
    "src/main/java/com/x/test/A.java": "code",
    "src/androidTest/kotlin/A.kt": "test",
    "Billing.Tests/Invoice.cs": "test",
    "src/InvoiceTests.cs": "test",
    "src/Latest.cs": "code",
    "spec/models/user_spec.rb": "test",
    "tests/integration.rs": "test",
    "src/lib.rs": "code",
    "test/unit/foo_test.cc": "test",
    "tests/FooTest.php": "test",
    "Get-Thing.Tests.ps1": "test",
    "run.bats": "test",
    "testdata/in.txt": "test",
    "README.md": "doc",
    "docs/guide.rst": "doc",
    "docs/page.html": "doc",
    "test/README.md": "doc",
    LICENSE: "doc",
    "api/v1/x.proto": "proto",
    "package.json": "config",
    "k8s/deploy.yaml": "config",
    "vite.config.ts": "config",
    Dockerfile: "config",
    "setup.cfg": "config",
    "requirements-dev.txt": "config",
    "pom.xml": "config",
    "go.mod": "config",
    ".github/workflows/ci.yml": "config",
    "style/a.css": "code",
    "web/index.html": "code",
    "data.csv": "other",
    "x.unknown": "other",
  };
  for (const [path, type] of Object.entries(cases)) {
    assert.is(artifactTypeOf(path, languageOf(path, ""), ""), type, path);
  }
});

test("paths that are secrets, others' code or made by programs are refused with the reason", () => {
  const reasons: Record<string, string | undefined> = {
    ".env": "SECRET",
    ".env.production": "SECRET",
    "deploy/prod.env": "SECRET",
    ".env.example": undefined,
    ".env.sample": undefined,
    id_rsa: "SECRET",
    "id_rsa.pub": undefined,
    "certs/server.pem": "SECRET",
    "server.key": "SECRET",
    "store.jks": "SECRET",
    ".aws/credentials": "SECRET",
    ".ssh/deploy": "SECRET",
    ".ssh/config": undefined,
    ".docker/config.json": "SECRET",
    "config/master.key": "SECRET",
    "terraform.tfstate": "SECRET",
    ".htpasswd": "SECRET",
    ".npmrc": undefined,
    "node_modules/x/.env": "SECRET",
    "src/environment.ts": undefined,
    "src/keys.ts": undefined,
    "node_modules/x/i.js": "VENDORED",
    "vendor/github.com/x/y.go": "VENDORED",
    "third_party/z.c": "VENDORED",
    "src/main/java/com/shop/vendor/Vendor.java": undefined,
    "dist/main.js": "GENERATED",
    "bin/cli.js": undefined,
    "build/webpack.config.js": undefined,
    "package-lock.json": "GENERATED",
    "sub/Cargo.lock": "GENERATED",
    "go.sum": "GENERATED",
    "jquery.min.js": "GENERATED",
    "api/x.pb.go": "GENERATED",
    "api/x_pb2.py": "GENERATED",
    "src/__snapshots__/a.snap": "GENERATED",
    "src/admin.js": undefined,
    "src/a.ts": undefined,
  };
  for (const [path, reason] of Object.entries(reasons)) assert.is(pathRefusal(path)?.reason, reason, path);
  assert.is(pathRefusal("VENDOR/x.c")?.class, "skipped");
});

test("a listing's refusal is a reason to skip, or the operator's rule", () => {
  assert.is(listedRefusal(""), undefined);
  assert.equal(listedRefusal("LINK"), { class: "skipped", reason: "LINK" });
  assert.equal(listedRefusal(excludedBy(".gatewayignore: *.md")), {
    class: "excluded",
    reason: ".gatewayignore: *.md",
  });
});

test("binary is what has zero bytes or is full of control characters", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.is(looksBinary(bytes("")), false);
  assert.is(looksBinary(bytes("hello\r\n\tworld \u001b[0m")), false);
  assert.is(looksBinary(bytes("naïve 👩‍🚀")), false);
  assert.is(looksBinary(new Uint8Array([1, 2, 0, 4])), true);
  assert.is(looksBinary(bytes("%PDF-1.7\nabc")), true);
  assert.is(looksBinary(new Uint8Array([1, 2, 3, 4, 5, 6, 65])), true);
  assert.is(looksBinary(new Uint8Array([0xff, 0xfe, 65, 0, 66, 0])), false, "UTF-16 is another encoding, not binary");
  assert.is(looksBinary(bytes(`${"a".repeat(9_000)}\0`)), false);
});

test("generated files say so in a comment at their head; talking of it is not enough", () => {
  for (const head of [
    "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage x",
    "#!/usr/bin/python\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
    "/**\n * @generated SignedSource<<x>>\n */",
    "// <auto-generated>\n//     This code was generated by a tool.\n",
    "/* This file is automatically generated by bindgen */",
    "# This file was autogenerated by uv via the following command:\n",
    "# Generated by Django 4.2 on 2023-01-01\n",
    "-- DO NOT EDIT: this file is generated from schema.yaml",
  ]) {
    assert.is(looksGenerated(head), true, head);
  }
  for (const head of [
    "",
    "// Generates code for messages.\nexport function generate() {}",
    'const marker = "@generated";\n',
    "# How generated files are found\nA file whose head says Code generated ... DO NOT EDIT is left out.",
    `${"x\n".repeat(40)}// Code generated by x. DO NOT EDIT.`,
    "// Do not edit the cache while it is read.",
  ]) {
    assert.is(looksGenerated(head), false, head);
  }
});

test.run();
