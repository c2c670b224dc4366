import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fixtureFacts, lockFacts, mentionLines, packageLines } from "./fact-lines.ts";

interface Says {
  readonly packages?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Files that it names. */
  readonly paths?: readonly string[];
}

/** Checked by hand against the fixtures. */
const manifests: readonly (readonly [path: string, says: Says])[] = [
  [
    "npm/package.json",
    {
      packages: ["8 npm @kit/rows 1.2.3", "9 npm lodash ^4.0.0", "11 npm uvu 0.5.6"],
      settings: {
        "npm.name": "@shapes/store",
        "npm.main": "./dist/main.js",
        "npm.exports": '{".":"./dist/main.js","./area":"./dist/area.js"}',
        "npm.workspaces": '["packages/*"]',
      },
      paths: [
        "3 path ./dist/main.js from main",
        "4 path ./dist/main.js from exports",
        "4 path ./area from exports",
        "4 path ./dist/area.js from exports",
        "6 path test/run.js from scripts",
      ],
    },
  ],
  ["npm/pnpm-workspace.yaml", { settings: { "npm.workspaces": '["packages/*","tools/kit"]' } }],
  [
    "npm/tsconfig.build.json",
    {
      settings: {
        "ts.baseUrl": "./src",
        "ts.paths": '{"@shapes/*":["shapes/*"],"~":["a//b"]}',
        "ts.extends": "./tsconfig.json",
      },
      paths: ["3 path ./tsconfig.json from extends", "5 path ./src from compilerOptions"],
    },
  ],
  [
    "npm/deno.jsonc",
    {
      packages: ["1 npm lodash 4.17.21"],
      settings: { "deno.imports": '{"lodash":"npm:lodash@4.17.21","@std/":"jsr:@std/"}' },
    },
  ],
  [
    "python/pyproject.toml",
    {
      packages: [
        "2 pypi setuptools >=61",
        "7 pypi numpy >=1.20,<2",
        "8 pypi requests ~=2.0",
        "12 pypi pytest",
        "19 pypi rich ^13.0",
      ],
      settings: { "python.name": "shapes", "python.where": '["src"]' },
    },
  ],
  [
    "python/requirements-dev.txt",
    { packages: ["3 pypi pytest ==8.0.0", "4 pypi black >=24"], paths: ["2 path requirements.txt"] },
  ],
  [
    "go/go.mod",
    {
      packages: ["5 go example.com/kit v1.0.0", "8 go example.com/rows v0.3.1"],
      settings: { "go.module": "example.com/shapes/v2", "go.replace": '{"example.com/rows":"../rows"}' },
    },
  ],
  ["go/go.work", { settings: { "go.use": '["./shapes","./kit","./tools"]' } }],
  [
    "cargo/Cargo.toml",
    {
      packages: [
        "8 cargo serde 1.0",
        "9 cargo rows",
        "10 cargo log 0.4",
        "11 cargo kit",
        "14 cargo nix 0.29",
        "17 cargo tokio 1.40",
      ],
      settings: { "cargo.name": "shapes", "cargo.workspaces": '["crates/*","tools"]', "cargo.path.rows": "../rows" },
      paths: ["9 path ../rows from dependencies"],
    },
  ],
  [
    "maven/pom.xml",
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as the file has it
      packages: ["17 maven org.rows:rows ${rows.version}", "23 maven junit:junit"],
      settings: { "maven.name": "com.example:shapes", "maven.modules": '["kit"]' },
    },
  ],
  [
    "nuget/Shapes.csproj",
    {
      packages: ["7 nuget Rows.Kit 3.1.0", "8 nuget xunit 2.9.0"],
      settings: { "nuget.name": "Shapes", "csharp.namespace": "Example.Shapes" },
      paths: ["11 path ../Kit/Kit.csproj"],
    },
  ],
  ["ruby/Gemfile", { packages: ["3 gem rails ~> 7.0", "5 gem rspec"] }],
  ["ruby/shapes.gemspec", { packages: ["3 gem rack >= 2", "4 gem rake"], settings: { "gem.name": "shapes" } }],
  [
    "composer/composer.json",
    {
      packages: ["3 composer monolog/monolog ^3.0", "4 composer phpunit/phpunit ^11"],
      settings: {
        "composer.name": "example/shapes",
        "composer.psr-4": '{"App\\\\":"src/","App\\\\Tests\\\\":"tests/"}',
      },
    },
  ],
];

/** Checked by hand against the fixtures; what they name that isn't asked for directly is weeded out by the linker. */
const locks: readonly (readonly [path: string, packages: readonly string[]])[] = [
  ["npm/package-lock.json", ["10 npm lodash 4.17.21"]],
  ["npm/yarn.lock", ["5 npm @kit/rows 1.2.3", "11 npm deep 9.0.1"]],
  ["berry/yarn.lock", ["4 npm @kit/rows 1.2.3"]],
  ["npm/pnpm-lock.yaml", ["7 npm @kit/rows 1.2.3", "12 npm uvu 0.5.6", "15 npm rows"]],
  ["pnpm5/pnpm-lock.yaml", ["7 npm lodash 4.17.21", "10 npm uvu 0.5.6"]],
  ["cargo/Cargo.lock", ["4 cargo log 0.4.22", "17 cargo serde 1.0.200"]],
  ["ruby/Gemfile.lock", ["5 gem rails 7.0.8", "7 gem rspec 3.13.0"]],
  ["python/poetry.lock", ["2 pypi numpy 1.26.4", "12 pypi zope-interface 6.0"]],
  ["uv/uv.lock", ["5 pypi numpy 2.1.0"]],
  [
    "composer/composer.lock",
    ["4 composer monolog/monolog 3.7.0", "10 composer psr/log", "16 composer phpunit/phpunit dev-main"],
  ],
  ["nuget/packages.lock.json", ["5 nuget Rows.Kit 3.1.4"]],
];

const facts = suite("facts of manifests and lock files");
for (const [path, { packages = [], settings = {}, paths = [] }] of manifests) {
  facts(path, async () => {
    const said = await fixtureFacts(`manifests/${path}`);
    assert.equal(packageLines(said), packages);
    assert.equal(said.settings, settings);
    assert.equal(
      mentionLines(said).filter((line) => line.includes(" path ")),
      paths,
    );
  });
}

for (const [path, packages] of locks) {
  facts(path, async () => {
    assert.equal(packageLines(await lockFacts(`manifests/${path}`)), packages);
  });
}

facts("CODEOWNERS", async () => {
  const { owners } = await fixtureFacts("manifests/CODEOWNERS");
  assert.equal(owners, [
    { pattern: "*", owners: ["@shapes/all"], lines: { start: 2, end: 2 } },
    { pattern: "/src/store/", owners: ["@ann", "bob@example.com"], lines: { start: 4, end: 4 } },
    { pattern: "docs/my\\ notes.md", owners: ["@writers"], lines: { start: 5, end: 5 } },
  ]);
});

facts.run();
