import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { temporaryFolder } from "../support/gateway-process.ts";

const test = suite("supply chain: the gate of packages");

type Package = Record<string, unknown>;
interface Project {
  manifest: { dependencies: Record<string, string> };
  lock: { packages: Record<string, Package> };
  npmrc: string;
}

/** The gate's verdict on this project as it is, or changed. */
function judge(change: (project: Project) => void = () => {}): { readonly code: number | null; readonly said: string } {
  const folder = temporaryFolder();
  const text = (name: string) => readFileSync(projectFile(name), "utf8");
  const manifest = JSON.parse(text("package.json"));
  const project = { manifest, lock: JSON.parse(text("package-lock.json")), npmrc: text(".npmrc") } as Project;
  change(project);
  writeFileSync(join(folder, "package.json"), JSON.stringify(project.manifest));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(project.lock));
  writeFileSync(join(folder, ".npmrc"), project.npmrc);
  return run("check-packages.mjs", folder);
}

function run(gate: string, ...args: string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("node", [projectFile(`infra/dev/${gate}`), ...args], {
    encoding: "utf8",
  });
  return { code: status, said: `${stdout}${stderr}` };
}

test("this project passes", () => {
  const { code, said } = judge();
  assert.is(code, 0, said);
  assert.match(said, /none is run/);
});

const newest = { version: "1.0.0", integrity: "sha512-x", hasInstallScript: true };
const dependOn = (version: string) => (project: Project) => {
  project.manifest.dependencies["pino"] = version;
};
const lock = (name: string, entry: Package) => (project: Project) => {
  project.lock.packages[`node_modules/${name}`] = entry;
};
const set = (key: string, value: unknown) => (project: Project) => {
  (project.manifest as Package)[key] = value;
};

const refused: readonly (readonly [what: string, change: (project: Project) => void, said: RegExp])[] = [
  ["a range", dependOn("^10.4.0"), /pino is '\^10\.4\.0'/],
  ["a tag", dependOn("latest"), /pino is 'latest'/],
  ["a repository", dependOn("github:someone/pino"), /pino is 'github:someone\/pino'/],
  ["a range in an override", set("overrides", { a: { b: "~1.0.0" } }), /overrides: a b is '~1\.0\.0'/],
  ["a new package with an install script", lock("new", newest), /new@1\.0\.0 has an install script/],
  ["a package without a hash", lock("bare", { version: "1.0.0" }), /bare@1\.0\.0 has no hash/],
  [
    "an install script that is run",
    set("allowScripts", { "@bufbuild/buf": true, esbuild: false, protobufjs: false }),
    /@bufbuild\/buf is true/,
  ],
  [
    "a script of ours that npm would leave out",
    set("scripts", { prestart: "node x.mjs" }),
    /prestart would not be run/,
  ],
  [
    "install scripts that are not refused",
    (project) => {
      project.npmrc = "save-exact=true\n";
    },
    /'ignore-scripts=true' is missing/,
  ],
];

for (const [what, change, said] of refused) {
  test(`refused: ${what}`, () => {
    const verdict = judge(change);
    assert.is(verdict.code, 1);
    assert.match(verdict.said, said);
    assert.is(verdict.said.trim().split("\n").length, 1, verdict.said);
  });
}

test("no licence but a permissive one", () => {
  const folder = temporaryFolder();
  copyFileSync(projectFile("package-lock.json"), join(folder, "package-lock.json"));
  assert.is(run("check-licences.mjs", "--in", folder).code, 0);
  const changed = JSON.parse(readFileSync(projectFile("package-lock.json"), "utf8")) as Project["lock"];
  changed.packages["node_modules/free"] = { version: "1.0.0", license: "(MIT OR GPL-3.0)" };
  changed.packages["node_modules/not-free"] = { version: "1.0.0", license: "GPL-3.0 AND MIT" };
  changed.packages["node_modules/silent"] = { version: "1.0.0" };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(changed));
  const { code, said } = run("check-licences.mjs", "--in", folder);
  assert.is(code, 1);
  assert.match(said, /not-free@1\.0\.0: GPL-3\.0 AND MIT/);
  assert.match(said, /silent@1\.0\.0: not said/);
  assert.not.match(said, / free@/);
});

test.run();
