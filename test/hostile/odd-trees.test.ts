import { execFileSync } from "node:child_process";
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type IngestRun, IngestRunState } from "../../gen/knowledge/v1/ingest_service.ts";
import { type Clients, openClients } from "../../src/cli/clients.ts";
import { readConfig } from "../../src/config/mod.ts";
import { type Gateway, startGateway } from "../../src/main.ts";
import { temporaryFolder } from "../support/gateway-process.ts";
import { makeRepo, type TestRepo } from "../support/git-repo.ts";
import { verifyState } from "../support/index-verifier.ts";

const test = suite("odd and hostile trees, through the whole pipeline");
const statePath = temporaryFolder();
const repos: TestRepo[] = [];
const made = (files: Record<string, string | Uint8Array>) => {
  const repo = makeRepo(files);
  repos.push(repo);
  return repo;
};

const odd = 'nested/line\nfeed 🦀 "quoted" ünï.md';
const tree = made({
  "plain.md": "# Plain\n\nThe lighthouse keeper writes.\n",
  [odd]: "# Odd\n\nA kingfisher under a strange name.\n",
  "broken.txt": Uint8Array.from([0x68, 0x69, 0x0a, 0xff, 0xfe, 0xc3, 0x28, 0x0a]),
  "half.txt": Uint8Array.from([0x68, 0x69, 0x20, 0xe2, 0x82]),
  "million.txt": Array.from({ length: 1_000_000 }, (_, i) => (i === 777_777 ? "narwhal\n" : `${i % 10}\n`)).join(""),
});
tree.link("loop/a", "b");
tree.link("loop/b", "a");
tree.link("loop/self", "self");
tree.link("around", "..");
tree.link("loop/up", "../loop");
writeFileSync(join(tree.root, "huge.sql"), "");
execFileSync("truncate", ["-s", "200M", join(tree.root, "huge.sql")]);
tree.commit();
const inner = made({ "lib.ts": "export const inside = 1;\n" });
tree.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.root, "module");
tree.commit();

const shallow = temporaryFolder();
for (const year of [1, 2, 3]) {
  inner.write("lib.ts", `export const inside = ${year};\n`);
  inner.commit();
}
execFileSync("git", ["clone", "-q", "--depth=1", `file://${inner.root}`, join(shallow, "clone")]);
const empty = made({});
const unborn = made({});
unborn.write("staged.md", "# Staged\n\nA cormorant, never committed.\n");
unborn.git("add", "-A");
const restless = made({ "restless.md": "version0 ".repeat(2_000), "calm.md": "# Calm\n\npelican\n" });
const leaving = made(
  Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`f${i}.md`, `# File ${i}\n\nalbatross${i} first\n`])),
);

let gateway: Gateway;
let clients: Clients;
test.before(async () => {
  const sources = { tree, empty, unborn, restless, leaving };
  const named = Object.entries(sources).map(([name, { root }]) => `${name}=${root}`);
  gateway = await startGateway(
    readConfig({
      KM_SOURCES: [...named, `shallow=${join(shallow, "clone")}`].join(","),
      KM_STATE_PATH: statePath,
      KM_GRPC_ADDRESS: "127.0.0.1:0",
      KM_METRICS_ADDRESS: "127.0.0.1:0",
      KM_INGEST_ON_START: "off",
      KM_INGEST_MAX_FILE_BYTES: "4MiB",
      KM_SCHEDULER_ENABLED: "off",
      KM_GENERATION_GRACE: "0s",
      KM_LOG_LEVEL: "silent",
      KM_RATE_LIMIT_REQUESTS: "1000000",
      KM_RATE_LIMIT_MANAGE_REQUESTS: "1000000",
    }),
  );
  clients = openClients(gateway.address, undefined);
});
test.after(async () => {
  clients.close();
  await gateway.stop({ lameDuck: false });
  for (const repo of repos) repo.remove();
});

async function run(source: string, meanwhile: (stage: string) => void = () => {}): Promise<IngestRun> {
  const { runs } = await clients.ingest.startIngest({ sources: [source] });
  let last = runs[0]!;
  for await (const { progress } of clients.ingest.watchIngest({ runId: last.runId })) {
    meanwhile(progress?.stage ?? "");
    last = progress?.run ?? last;
  }
  return last;
}
const succeeded = (one: IngestRun) =>
  assert.is(one.state, IngestRunState.INGEST_RUN_STATE_SUCCEEDED, JSON.stringify(one.error));
const whole = (source: string, path: string) => clients.search.getArtifact({ source, path });
const first = async (query: string, source: string) => {
  const { hits } = await clients.search.search({ query, filter: { sources: [source] }, pageSize: 3 });
  return hits[0]?.artifact?.path;
};

test("every odd file ends in its class, and the others are found", async () => {
  const before = process.memoryUsage().rss;
  const done = await run("tree");
  succeeded(done);
  assert.ok(process.memoryUsage().rss - before < 400 * 1_048_576, "200 MB that are not indexed are not read");
  assert.is(await first("kingfisher", "tree"), odd);
  assert.is((await whole("tree", odd)).content, "# Odd\n\nA kingfisher under a strange name.\n");
  const { hits } = await clients.search.search({ query: "narwhal", filter: { sources: ["tree"] }, pageSize: 1 });
  assert.is(hits[0]?.artifact?.path, "million.txt");
  assert.ok(hits[0]!.lines!.start <= 777_778 && hits[0]!.lines!.end >= 777_778, "the line is right a million lines in");
  const part = await clients.search.getArtifact({
    source: "tree",
    path: "million.txt",
    lines: { start: 777_778, end: 777_778 },
  });
  assert.is(part.content, "narwhal\n");
  const { files } = verifyState(statePath, { after: "idle" });
  const classes = [...files.get("tree")!.values()].map(
    ({ record }) => `${record.path} ${record.coverageClass} ${record.reason}`,
  );
  for (const line of [
    "broken.txt skipped NOT_UTF8",
    "half.txt skipped NOT_UTF8",
    "huge.sql skipped TOO_LARGE",
    "around skipped ESCAPES_ROOT",
    "loop/a skipped LINK",
    "loop/self skipped LINK",
    "loop/up skipped LINK",
    "module skipped SUBMODULE",
    "million.txt indexed ",
  ])
    assert.ok(classes.includes(line), `${line}: ${classes.filter((one) => one.startsWith(line.split(" ")[0]!))}`);
  assert.is(classes.length, tree.git("ls-files", "-z").split("\0").filter(Boolean).length);
});

test("a Git index lock of somebody else's stops nothing", async () => {
  tree.write("plain.md", "# Plain\n\nThe lighthouse keeper rests.\n");
  writeFileSync(join(tree.root, ".git", "index.lock"), "");
  succeeded(await run("tree"));
  rmSync(join(tree.root, ".git", "index.lock"));
  assert.match((await whole("tree", "plain.md")).content, /rests/);
});

test("a shallow clone, an empty repository and one without commits are indexed as they are", async () => {
  succeeded(await run("shallow"));
  assert.match((await whole("shallow", "lib.ts")).content, /inside = 3/);
  succeeded(await run("empty"));
  const { sources } = await clients.ingest.listSources({});
  assert.equal(
    [
      sources.find(({ name }) => name === "empty")?.files,
      sources.find(({ name }) => name === "empty")?.revision?.commit,
    ],
    [0, ""],
  );
  assert.ok(sources.find(({ name }) => name === "shallow")?.warnings.some((line) => line.includes("shallow")));
  succeeded(await run("unborn"));
  assert.is(await first("cormorant", "unborn"), "staged.md");
});

test("a file that changes while it is read is indexed as it was at one moment, or not at all", async () => {
  for (let round = 0; round < 5; round++) {
    let version = 0;
    const write = () =>
      writeFileSync(join(restless.root, "restless.md"), `version${++version} `.repeat(2_000 + (version % 7)));
    write();
    const timer = setInterval(write, 1);
    const done = await run("restless", write).finally(() => clearInterval(timer));
    succeeded(done);
    const { content } = await whole("restless", "restless.md").catch(() => ({ content: "" }));
    const words = new Set(content.split(/\s+/).filter(Boolean));
    assert.ok(words.size <= 1, `two moments in one reading: ${[...words].slice(0, 3)}`);
    assert.is(await first("pelican", "restless"), "calm.md");
  }
  writeFileSync(join(restless.root, "restless.md"), "settled\n");
  succeeded(await run("restless"));
  assert.is((await whole("restless", "restless.md")).content, "settled\n");
});

test("a repository that vanishes in the middle of a run fails it by name, and what was served stays", async () => {
  succeeded(await run("leaving"));
  for (let i = 0; i < 150; i++) leaving.write(`f${i}.md`, `# File ${i}\n\nalbatross${i} second\n`);
  leaving.commit();
  const away = `${leaving.root}-away`;
  let gone = false;
  const failed = await run("leaving", (stage) => {
    if (stage !== "planning" || gone) return;
    renameSync(leaving.root, away);
    gone = true;
  });
  try {
    assert.is(failed.state, IngestRunState.INGEST_RUN_STATE_FAILED, "a tree that went is no tree of unreadable files");
    assert.is(failed.error?.reason, "SOURCE_GONE");
    assert.match((await whole("leaving", "f149.md")).content, /first/);
    assert.is((await run("leaving")).error?.reason, "SOURCE_GONE");
  } finally {
    renameSync(away, leaving.root);
  }
  succeeded(await run("leaving"));
  assert.match((await whole("leaving", "f149.md")).content, /second/);
});

test("a source whose folder is suddenly empty, as under a lost mount, is not taken for one whose files were all deleted", async () => {
  const away = `${leaving.root}-away`;
  renameSync(leaving.root, away);
  execFileSync("mkdir", [leaving.root]);
  const failed = await run("leaving");
  rmSync(leaving.root, { recursive: true });
  renameSync(away, leaving.root);
  assert.is(failed.error?.reason, "SOURCE_GONE");
  assert.match((await whole("leaving", "f0.md")).content, /second/);
  succeeded(await run("leaving"));
});

test("files that may not be read are classed as such", async () => {
  if (process.getuid?.() === 0) {
    console.log("SKIPPED: whoever runs this may read everything");
    return;
  }
  leaving.write("locked.md", "# Locked\n");
  leaving.commit();
  chmodSync(join(leaving.root, "locked.md"), 0);
  succeeded(await run("leaving"));
  const record = verifyState(statePath, { after: "idle" }).files.get("leaving")!.get("locked.md")!.record;
  assert.equal([record.coverageClass, record.reason], ["skipped", "UNREADABLE"]);
});

test("nothing of it left anything behind", async () => {
  assert.equal(verifyState(statePath, { after: "idle" }).broken, []);
});

test.run();
