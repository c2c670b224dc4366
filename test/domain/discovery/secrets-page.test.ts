import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { globMatcher, pathRefusal, secretPathRules } from "../../../src/domain/discovery/mod.ts";
import { projectFile } from "../../../src/runtime/mod.ts";
import { secretsPage } from "../../support/secrets-page.ts";

const test = suite("the rules of secret files");
const path = projectFile("docs/secrets.md");

test("docs/secrets.md says what the rules are (KM_TEST_UPDATE=1 writes it anew)", () => {
  if (process.env["KM_TEST_UPDATE"] === "1") writeFileSync(path, secretsPage());
  assert.fixture(readFileSync(path, "utf8"), secretsPage());
});

const secret = { class: "skipped", reason: "SECRET" };

test("every listed rule refuses, in any folder and any case", () => {
  const { names, endings, folders, inFolders, beginnings } = secretPathRules;
  const paths = [
    ...names,
    ...endings.map((ending) => `file${ending}`),
    ...folders.map(({ folder }) => `${folder}/anything`),
    ...inFolders.map(({ folder, name }) => `${folder}/${name}`),
    ...beginnings.map((beginning) => `${beginning}.bak`),
    ".env",
    ".env.production",
    "prod.env",
  ];
  for (const one of paths)
    for (const spelt of [one, `deep/er/${one}`, one.toUpperCase()]) assert.equal(pathRefusal(spelt), secret, spelt);
});

test("names that only look so are let through", () => {
  for (const one of [
    ".env.example",
    "config/sample.env",
    "id_rsa.pub",
    ".ssh/known_hosts",
    ".ssh/config",
    ".aws/config",
    "src/environment.ts",
    "src/credentials.ts",
    "src/keystore.ts",
    "docs/secrets.md",
    "private_keys.md",
    "key.ts",
    "secrets.example.yaml",
    "test/monkey.ts",
  ])
    assert.is(pathRefusal(one), undefined, one);
});

test("an operator's globs add and let through; what is added wins", () => {
  const globs = {
    extra: [globMatcher("**/*.vault"), globMatcher("ops/private/**")],
    allow: [globMatcher("test/keys/**")],
  };
  assert.equal(pathRefusal("a/b.vault", globs), secret);
  assert.equal(pathRefusal("ops/private/readme.md", globs), secret);
  assert.is(pathRefusal("test/keys/id_rsa", globs), undefined);
  assert.equal(pathRefusal("other/id_rsa", globs), secret);
  assert.equal(pathRefusal("test/keys/x.vault", globs), secret);
  assert.equal(pathRefusal("node_modules/a.js", globs), { class: "skipped", reason: "VENDORED" });
});

test.run();
