import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { longestLockFile } from "../../../src/domain/discovery/mod.ts";
import { makeRepo } from "../../support/git-repo.ts";
import { type GraphBench, graphBench, wholeGraph } from "./graph-bench.ts";
import { fakeSource, ingest, never } from "./harness.ts";

const test = suite("lock files are in the graph and not in searches");

const packageJson = '{ "name": "shop", "dependencies": { "chalk": "^5.0.0", "left-pad": "^1.0.0" } }\n';
/** chalk is asked for, ansi is what chalk needs. */
const lock = (chalk: string) => `"chalk@^5.0.0":\n  version "${chalk}"\n\nansi@^1.0.0:\n  version "1.2.0"\n`;

/** "package version: file line, …" of every package, sorted. */
async function packagesOf(at: GraphBench, source: string): Promise<string[]> {
  const { nodes, edges } = await wholeGraph(at, source);
  return nodes
    .filter(({ kind }) => kind === "package")
    .map(({ nodeId, name, attributes }) => {
      const told = edges.filter(({ kind, to }) => kind === "depends-on" && to === nodeId);
      const lines = told.flatMap(({ confidence, evidence }) =>
        evidence.map(({ path, lines }) => `${path} ${lines.start} ${confidence}`),
      );
      return `${name} ${(attributes["version"] ?? "-").replaceAll("\n", "+")}: ${lines.join(", ")}`;
    })
    .sort();
}

async function recordOf(at: GraphBench, source: string, path: string) {
  const revision = at.state.revisions.served().find((one) => one.source === source);
  assert.ok(revision);
  return (await at.index.files(revision, "", 100, never)).find((file) => file.path === path);
}

test("of a Git repository, through changes, as a full run has it", async () => {
  const repo = makeRepo({
    "package.json": packageJson,
    "a.ts": "export const a = 1;\n",
    "web/yarn.lock": lock("5.3.0"),
  });
  const config = {
    sources: [{ name: "shop", path: repo.root }],
    indexUntracked: false,
    statePath: join(repo.root, ".state"),
  };
  const open = async () => (await openSources(config, never)).get("shop")!;
  const at = graphBench([await open()]);
  const run = async () => {
    repo.commit();
    await at.clock.advance(1);
    const ended = await ingest(at, "shop");
    assert.is(ended.state, "succeeded", JSON.stringify(ended.error));
    const fresh = graphBench([await open()]);
    const anew = await ingest(fresh, "shop");
    assert.equal(await wholeGraph(at, "shop"), await wholeGraph(fresh, "shop"), "as starting over");
    assert.is(ended.files.skipped, anew.files.skipped, "counted alike");
    return packagesOf(at, "shop");
  };
  try {
    const padded = "left-pad -: package.json 1 exact";
    assert.equal(await run(), ["chalk 5.3.0: package.json 1 exact, web/yarn.lock 1 exact", padded]);
    const record = await recordOf(at, "shop", "web/yarn.lock");
    assert.equal([record?.coverageClass, record?.reason, record?.chunks], ["skipped", "GENERATED", 0]);

    repo.write("web/yarn.lock", `# moved\n${lock("5.4.1")}`);
    assert.equal(await run(), ["chalk 5.4.1: package.json 1 exact, web/yarn.lock 2 exact", padded], "changed");
    repo.write("old/yarn.lock", lock("4.0.0"));
    assert.equal(
      await run(),
      ["chalk 4.0.0+5.4.1: package.json 1 exact, old/yarn.lock 1 exact, web/yarn.lock 2 exact", padded],
      "several say so",
    );
    repo.delete("old");
    repo.git("mv", "web/yarn.lock", "yarn.lock");
    assert.equal(await run(), ["chalk 5.4.1: package.json 1 exact, yarn.lock 2 exact", padded], "moved");
    repo.write("package.json", '{ "name": "shop", "dependencies": { "ansi": "1" } }\n');
    assert.equal(await run(), ["ansi 1.2.0: package.json 1 exact, yarn.lock 5 exact"], "another is asked for");
    repo.write(".gatewayignore", "*.lock\n");
    assert.equal(await run(), ["ansi -: package.json 1 exact"], "the operator excludes it");
    repo.delete(".gatewayignore");
    repo.write("yarn.lock", "# nothing\n");
    assert.equal(await run(), ["ansi -: package.json 1 exact"], "it says nothing");
    repo.delete("yarn.lock");
    assert.equal(await run(), ["ansi -: package.json 1 exact"]);
  } finally {
    repo.remove();
  }
});

test("no further run reads one that stays as it is, and a commit that only touches it keeps its part", async () => {
  const source = fakeSource("repo", { "package.json": packageJson, "yarn.lock": lock("5.3.0") });
  const at = graphBench([source]);
  await ingest(at, "repo");
  source.onRead.set("yarn.lock", async () => {
    throw new Error("read again");
  });
  source.files.set("a.ts", "export const a = 1;\n");
  source.commit = "c2";
  await at.clock.advance(1);
  const run = await ingest(at, "repo");
  assert.is(run.state, "succeeded", JSON.stringify(run.error));
  const { nodes } = await wholeGraph(at, "repo");
  assert.is(nodes.find(({ path }) => path === "yarn.lock")?.attributes["commit"], "c2");
  assert.is(nodes.find(({ name }) => name === "chalk")?.attributes["version"], "5.3.0");
});

test("one that is too large, or somebody else's, is not read", async () => {
  const large = `${lock("5.3.0")}${"#".repeat(longestLockFile)}`;
  const source = fakeSource("repo", { "package.json": packageJson, "yarn.lock": lock("5.3.0") });
  const at = graphBench([source]);
  await ingest(at, "repo");
  for (const path of ["yarn.lock", "node_modules/x/yarn.lock"]) {
    source.files.set(path, large.slice(0, path === "yarn.lock" ? undefined : 80));
    source.onRead.set(path, async () => {
      throw new Error(`${path} was read`);
    });
  }
  await at.clock.advance(1);
  const run = await ingest(at, "repo");
  assert.is(run.state, "succeeded", JSON.stringify(run.error));
  assert.equal(await packagesOf(at, "repo"), ["chalk -: package.json 1 exact", "left-pad -: package.json 1 exact"]);
  assert.is((await recordOf(at, "repo", "yarn.lock"))?.reason, "GENERATED");
});

test.run();
