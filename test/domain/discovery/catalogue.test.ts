import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildCatalogue, type Catalogue, manifestPaths } from "../../../src/domain/discovery/mod.ts";

const test = suite("subsystem catalogue");

/** A catalogue over files, of which those with a text are read when asked for. */
async function catalogueOf(files: Readonly<Record<string, string>>): Promise<Catalogue> {
  const paths = Object.keys(files);
  const texts = new Map(manifestPaths(paths).map((path) => [path, files[path] ?? ""]));
  return buildCatalogue(texts, paths);
}

function named(catalogue: Catalogue): string[] {
  return catalogue.subsystems.map((subsystem) => subsystem.name);
}

test("the catalogue file says what belongs where, the nearest pattern first", async () => {
  const catalogue = await catalogueOf({
    "docs/subsystems.json": JSON.stringify({
      subsystems: [
        {
          name: "core",
          description: "The heart",
          owner: "@team/core",
          criticality: "high",
          tags: ["tier-1"],
          paths: ["src"],
          depends_on: ["store"],
        },
        { name: "store", owners: ["@db"], path_patterns: ["src/store/**", "**/*.sql"] },
      ],
    }),
    "src/a.ts": "",
    "src/store/b.ts": "",
    "other/x.sql": "",
    "tools/y.sh": "",
  });
  assert.equal(catalogue.of("src/a.ts"), { subsystem: "core", tags: ["tier-1"], owners: ["@team/core"] });
  assert.is(catalogue.of("src/store/b.ts").subsystem, "store");
  assert.is(catalogue.of("other/x.sql").subsystem, "store");
  assert.is(catalogue.of("tools/y.sh").subsystem, "tools", "what it doesn't name falls to the folders");
  assert.equal(catalogue.warnings, []);
  const core = catalogue.subsystems.find((s) => s.name === "core");
  assert.equal([core?.criticality, core?.dependsOn, core?.origin], ["high", ["store"], "catalogue"]);
});

test("what is wrong with a catalogue is said with its line, and the rest counts", async () => {
  const broken = await catalogueOf({
    "subsystems.json": '[\n  {"name": "a",\n   "paths": ["src"],}\n]',
    "src/a.ts": "",
  });
  assert.match(broken.warnings.join(), /^subsystems\.json:3: not JSON/);
  assert.is(broken.of("src/a.ts").subsystem, "src");
  const half = await catalogueOf({
    "subsystems.json": `[
      {"name": "good", "paths": "src"},
      {"paths": ["x"]},
      {"name": "bad", "paths": [1], "tags": "one", "owner": 7,
       "depends_on": ["nowhere"]},
      {"name": "good", "paths": ["y"]},
      {"name": "wide", "paths": ["${"{a,b}".repeat(7)}"]}
    ]`,
    "src/a.ts": "",
  });
  assert.is(half.of("src/a.ts").subsystem, "good");
  const said = half.warnings.join("\n");
  for (const part of [
    'no "name"',
    ':4: entry 3: "owner"',
    'no "paths"',
    "named before",
    "nowhere",
    "64 alternatives",
  ]) {
    assert.ok(said.includes(part), `${part} in\n${said}`);
  }
  for (const odd of ["", "7", "null", '{"subsystems": {}}', "[[]]", '["x"]']) {
    assert.ok((await catalogueOf({ "subsystems.json": odd })).warnings.length > 0, odd);
  }
});

test("CODEOWNERS gives owners, the last matching rule wins", async () => {
  const catalogue = await catalogueOf({
    ".github/CODEOWNERS":
      "# all\n* @all\n*.md @writers # prose\n/src/kernel/ @kernel @core\ndocs/* @docs\napps/ @apps\n/spaced\\ name/ @s\n/src/open/\n[Section] @nobody\n",
    "README.md": "",
    "src/kernel/deep/a.ts": "",
    "src/x.ts": "",
    "docs/a.txt": "",
    "docs/deep/a.txt": "",
    "x/apps/a.ts": "",
    "spaced name/a.ts": "",
    "src/open/a.ts": "",
  });
  const owners = (path: string) => catalogue.of(path).owners.join(" ");
  assert.is(owners("README.md"), "@writers");
  assert.is(owners("src/kernel/deep/a.ts"), "@kernel @core");
  assert.is(owners("src/x.ts"), "@all");
  assert.is(owners("docs/a.txt"), "@docs");
  assert.is(owners("docs/deep/a.txt"), "@all");
  assert.is(owners("x/apps/a.ts"), "@apps");
  assert.is(owners("spaced name/a.ts"), "@s");
  assert.is(owners("src/open/a.ts"), "");
  assert.equal(catalogue.subsystems.find((s) => s.name === "src/kernel")?.owners, ["@kernel", "@core"]);
});

test("a folder that CODEOWNERS names plainly is a part", async () => {
  const catalogue = await catalogueOf({
    CODEOWNERS:
      "* @all\n/src/ @src\n/src/kernel/store/ @store\n/packages/a/ @a\npackages/a/src/ui @ui\ndocs/ @docs\n/lib/*/x/ @x\n/lib/y\n/named/core/inner/** @inner\n/file/a.ts @file\n",
    "package.json": '{"name": "root", "workspaces": ["packages/*"]}',
    "packages/a/package.json": '{"name": "@x/a", "description": "Does a"}',
    "packages/a/src/ui/deep/i.ts": "",
    "packages/a/src/other.ts": "",
    "src/kernel/a.ts": "",
    "src/kernel/store/deep/b.ts": "",
    "src/main.ts": "",
    "docs/deep/a.md": "",
    "lib/z/x/a.ts": "",
    "lib/y/deep/a.ts": "",
    "subsystems.json": '[{"name":"Named","paths":["named"]}]',
    "named/core/inner/a.ts": "",
    "file/a.ts": "",
  });
  const part = (path: string) => {
    const { subsystem } = catalogue.of(path);
    const found = catalogue.subsystems.find(({ name }) => name === subsystem);
    return `${subsystem} ${found?.origin} ${found?.owners.join(" ")}`;
  };
  assert.is(part("src/kernel/store/deep/b.ts"), "src/kernel/store codeowners @store");
  assert.is(part("packages/a/src/ui/deep/i.ts"), "packages/a/src/ui codeowners @ui");
  assert.is(part("packages/a/src/other.ts"), "@x/a workspace @a", "a package keeps its name");
  assert.is(part("src/kernel/a.ts"), "src/kernel folder @src", "what holds several parts is none");
  assert.is(part("src/main.ts"), "src codeowners @src");
  assert.is(part("docs/deep/a.md"), "docs folder @docs", "may lie anywhere, so it names no one folder");
  assert.is(part("lib/z/x/a.ts"), "lib/z folder @all", "a wildcard names none");
  assert.is(part("lib/y/deep/a.ts"), "lib/y folder ", "given to nobody");
  assert.is(part("named/core/inner/a.ts"), "Named catalogue ", "the catalogue comes first");
  assert.is(part("file/a.ts"), "file folder @all");
});

test("workspaces of each kind name the parts", async () => {
  const npm = await catalogueOf({
    "package.json": '{"name": "root", "workspaces": ["packages/*", "!packages/old"]}',
    "packages/a/package.json": '{"name": "@x/a", "description": "Does a"}',
    "packages/a/src/deep/i.ts": "",
    "packages/old/package.json": '{"name": "@x/old"}',
    "tools/t/package.json": '{"name": "tool"}',
    "packages/a/test/fixtures/p/package.json": '{"name": "fixture"}',
  });
  assert.equal(npm.of("packages/a/src/deep/i.ts").subsystem, "@x/a");
  assert.is(npm.of("packages/a/test/fixtures/p/package.json").subsystem, "@x/a");
  assert.is(npm.of("packages/old/package.json").subsystem, "packages/old");
  assert.is(npm.of("package.json").subsystem, "");
  assert.not.ok(named(npm).includes("tool"));

  const pnpm = await catalogueOf({
    "pnpm-workspace.yaml": "packages:\n  - 'apps/*' # all\n  - libs/**\n",
    "apps/web/package.json": '{"name": "web"}',
    "libs/x/y/package.json": '{"name": "y"}',
    "other/package.json": '{"name": "other"}',
  });
  assert.equal(
    named(pnpm).filter((n) => n === "web" || n === "y" || n === "other/"),
    ["web", "y"],
  );

  const cargo = await catalogueOf({
    "Cargo.toml": '[workspace]\nmembers = [\n  "crates/*", # all\n]\n[profile.release]\nlto = true\n',
    "crates/core/Cargo.toml": '[package]\nname = "my-core"\ndescription = "Core"\n[dependencies]\nname = "no"\n',
    "crates/core/src/lib.rs": "",
  });
  assert.is(cargo.of("crates/core/src/lib.rs").subsystem, "my-core");

  const maven = await catalogueOf({
    "pom.xml": "<project><modules><module>server</module></modules></project>",
    "server/pom.xml":
      "<project><parent><artifactId>parent</artifactId></parent><artifactId>the-server</artifactId></project>",
    "server/src/main/java/com/x/A.java": "",
  });
  assert.is(maven.of("server/src/main/java/com/x/A.java").subsystem, "the-server");

  const go = await catalogueOf({
    "api/go.mod": "module example.com/x/api\n",
    "api/v1/a.go": "",
    "py/pyproject.toml": '[project]\nname = "snake"\n',
    "py/a.py": "",
  });
  assert.is(go.of("api/v1/a.go").subsystem, "api");
  assert.is(go.of("py/a.py").subsystem, "snake");
});

test("else folders do, past those that only hold others", async () => {
  const catalogue = await catalogueOf({
    "README.md": "",
    "src/main.ts": "",
    "src/kernel/a.ts": "",
    "src/services/search/b/c.ts": "",
    "test/kernel/a.ts": "",
    "src/main/java/com/acme/billing/Invoice.java": "",
    "src/main/java/com/acme/users/User.java": "",
  });
  assert.is(catalogue.of("README.md").subsystem, "");
  assert.is(catalogue.of("src/main.ts").subsystem, "src");
  assert.is(catalogue.of("src/kernel/a.ts").subsystem, "src/kernel");
  assert.is(catalogue.of("src/services/search/b/c.ts").subsystem, "src/services/search");
  assert.is(catalogue.of("src/main/java/com/acme/users/User.java").subsystem, "src/main/java/com/acme/users");
  assert.is(
    catalogue.subsystems.every((s) => s.origin === "folder"),
    true,
  );
});

test("the fingerprint moves exactly when assignments of the same files may", async () => {
  const base = { "src/a/x.ts": "", "src/b/y.ts": "", "subsystems.json": '[{"name":"a","paths":["src/a"]}]' };
  const print = (await catalogueOf(base)).fingerprint;
  assert.is((await catalogueOf({ ...base })).fingerprint, print);
  assert.is(
    (await catalogueOf({ ...base, "src/b/z.ts": "", "src/c/new.ts": "" })).fingerprint,
    print,
    "a new file moves nothing",
  );
  assert.is.not(
    (await catalogueOf({ ...base, "subsystems.json": '[{"name":"a","paths":["src/b"]}]' })).fingerprint,
    print,
  );
  assert.is.not((await catalogueOf({ ...base, CODEOWNERS: "* @x" })).fingerprint, print);
  assert.is.not((await catalogueOf({ ...base, "src/b/package.json": '{"name":"b"}' })).fingerprint, print);
});

test("fifty thousand paths are assigned without a pause worth naming", async () => {
  const paths = Array.from({ length: 50_000 }, (_, n) => `src/part${n % 40}/deep/file${n}.ts`);
  const catalogue = await buildCatalogue(new Map(), paths);
  assert.is(catalogue.subsystems.length, 40);
});

test.run();
