import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gitSourcesPlugin, openSources } from "../../../src/adapters/git/mod.ts";
import type { OpenFile } from "../../../src/adapters/git/open-file.ts";
import { readSettled } from "../../../src/adapters/git/read-inside.ts";
import { Fault } from "../../../src/domain/mod.ts";
import { definePlugin, type Plugin, startKernel } from "../../../src/kernel/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";

const signal = new AbortController().signal;
const statePath = join(tmpdir(), "gateway-no-state");

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (cause) {
    assert.instance(cause, Fault);
    return (cause as Fault).reason;
  }
  return "";
}

const test = suite<{ repo: TestRepo; outside: string }>("git reading", {} as { repo: TestRepo; outside: string });
test.before.each((context) => {
  context.repo = makeRepo({ "a.ts": "one\n", "sub/b.ts": "two\n", empty: "" });
  context.outside = realpathSync(mkdtempSync(join(tmpdir(), "gateway-outside-")));
  writeFileSync(join(context.outside, "b.ts"), "secret\n");
});
test.after.each(({ repo, outside }) => {
  repo.remove();
  rmSync(outside, { recursive: true, force: true });
});

async function read(root: string, path: string, maxBytes = 1_000): Promise<string> {
  const sources = await openSources({ sources: [{ name: "r", path: root }], indexUntracked: false, statePath }, signal);
  return new TextDecoder().decode(await sources.get("r")!.read(path, maxBytes, signal));
}

test("gives the bytes of a file", async ({ repo }) => {
  assert.is(await read(repo.root, "a.ts"), "one\n");
  assert.is(await read(repo.root, "sub/b.ts"), "two\n");
  assert.is(await read(repo.root, "empty"), "");
  const big = new Uint8Array(3 << 20).fill(97);
  repo.write("big", big);
  assert.is((await read(repo.root, "big", 4 << 20)).length, 3 << 20);
});

test("never leaves the root, by path or by link", async ({ repo, outside }) => {
  for (const path of ["../x", "/etc/passwd", "sub/../../x", "", "a\0b", "..", "sub/.."]) {
    assert.is(await reasonOf(read(repo.root, path)), "ESCAPES_ROOT", JSON.stringify(path));
  }
  symlinkSync(join(outside, "b.ts"), join(repo.root, "link-out"));
  symlinkSync("a.ts", join(repo.root, "link-in"));
  assert.is(await reasonOf(read(repo.root, "link-out")), "ESCAPES_ROOT");
  assert.is(await reasonOf(read(repo.root, "link-in")), "LINK");
  // A folder of the listing that became a link to elsewhere.
  renameSync(join(repo.root, "sub"), join(repo.root, "old"));
  symlinkSync(outside, join(repo.root, "sub"));
  assert.is(await reasonOf(read(repo.root, "sub/b.ts")), "ESCAPES_ROOT");
});

test("a source below a link of its own is read; it is the real root that counts", async ({ repo, outside }) => {
  symlinkSync(repo.root, join(outside, "checkout"));
  assert.is(await read(join(outside, "checkout"), "a.ts"), "one\n");
});

test("says why a file can't be had: too large, gone, a pipe, a folder, no permission", async ({ repo }) => {
  assert.is(await reasonOf(read(repo.root, "a.ts", 3)), "TOO_LARGE");
  assert.is(await reasonOf(read(repo.root, "not-there")), "MISSING");
  execFileSync("mkfifo", [join(repo.root, "pipe")]);
  assert.is(await reasonOf(read(repo.root, "pipe")), "UNREADABLE");
  assert.is(await reasonOf(read(repo.root, "sub")), "UNREADABLE");
  if (process.getuid?.() !== 0) {
    chmodSync(join(repo.root, "a.ts"), 0o000);
    assert.is(await reasonOf(read(repo.root, "a.ts")), "UNREADABLE");
  }
});

/** A file that holds the first text of a pair when a reading begins, and the second when it ends. */
function changing(readings: readonly (readonly [string, string])[]): OpenFile {
  let looks = 0;
  const textAt = (look: number) => readings[look >> 1]![look & 1]!;
  const file = {
    stat() {
      const size = BigInt(textAt(looks++).length);
      return { isFile: () => true, size, mtimeNs: size, ctimeNs: size };
    },
    async read(buffer: Uint8Array, offset: number, length: number, position: number) {
      const bytes = new TextEncoder().encode(textAt(looks)).subarray(position, position + length);
      buffer.set(bytes, offset);
      return bytes.length;
    },
  };
  return file as unknown as OpenFile;
}

test("a file that changes while it is read is read again, and given up when it never rests", async () => {
  const settles = changing([
    ["a", "ab"],
    ["ab", "ab"],
  ]);
  assert.is(new TextDecoder().decode(await readSettled(settles, 100, signal)), "ab");
  const restless = changing([
    ["a", "ab"],
    ["abc", "abcd"],
    ["abcde", "abcdef"],
  ]);
  assert.is(await reasonOf(readSettled(restless, 100, signal)), "UNREADABLE");
});

test("the set of sources is checked whole, and replaced whole", async ({ repo, outside }) => {
  const one = { name: "one", path: repo.root };
  const config = { sources: [one], indexUntracked: false, statePath };
  const set = await openSources(config, signal);
  const bad = { name: "gone", path: join(outside, "nothing") };
  assert.is(await reasonOf(set.replace({ ...config, sources: [one, bad] }, signal)), "SOURCE_GONE");
  assert.equal(
    set.all().map((s) => s.name),
    ["one"],
  );
  await set.replace({ ...config, sources: [{ name: "two", path: outside }] }, signal);
  assert.equal(
    set.all().map((s) => s.name),
    ["two"],
  );
  assert.is(set.get("one"), undefined);
  assert.is(
    await reasonOf(openSources({ ...config, sources: [{ name: "Bad Name", path: outside }] }, signal)),
    "INVALID",
  );
  assert.is(await reasonOf(openSources({ ...config, sources: [one, one] }, signal)), "INVALID");
  const aFile = { name: "file", path: join(repo.root, "a.ts") };
  assert.is(await reasonOf(openSources({ ...config, sources: [aFile] }, signal)), "SOURCE_GONE");
});

test("the plug-in starts in the kernel, and its health names a root that vanished", async ({ repo }) => {
  const plugin = definePlugin(gitSourcesPlugin as unknown as Plugin);
  assert.is(plugin.name, "sources");
  assert.type(startKernel, "function");
  const config = gitSourcesPlugin.config({
    sources: [{ name: "r", path: repo.root }],
    indexUntracked: false,
    statePath,
  });
  const running = await gitSourcesPlugin.start({}, config, signal);
  assert.equal(await running.health(), { ok: true });
  repo.remove();
  const health = await running.health();
  assert.is(health.ok, false);
  assert.match(health.ok ? "" : health.reason, /folder of r is gone/);
  assert.throws(() => gitSourcesPlugin.config({ sources: [], indexUntracked: false, statePath }), /KM_REPO_PATH/);
});

test.run();
