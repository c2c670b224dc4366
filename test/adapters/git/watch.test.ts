import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import type { Touched } from "../../../src/ports/mod.ts";
import { currentRuntime } from "../../../src/runtime/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";

const test = suite("watching a tree");

interface Watching {
  /** Resolves with the next change that is told. */
  next(): Promise<void>;
  /** Resolves once all of these paths were told, or that anything may have changed. */
  named(...paths: string[]): Promise<void>;
  /** How often changes were told. */
  told(): number;
  /** Paths told since the last call. */
  paths(): readonly string[];
}

/** Watches a repository while `work` changes it. */
async function watching(repo: TestRepo, work: (watch: Watching) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const statePath = join(repo.root, "state");
  mkdirSync(statePath);
  const sources = await openSources(
    { sources: [{ name: "docs", path: repo.root }], indexUntracked: false, statePath },
    stop.signal,
  );
  let told = 0;
  let wake = () => {};
  let paths = new Set<string>();
  const changed = (touched: Touched) => {
    told += 1;
    for (const path of touched === "anything" ? [touched] : touched) paths.add(path);
    wake();
  };
  const trouble = (fault: Error) => {
    throw fault;
  };
  try {
    await sources.get("docs")!.watch!(changed, trouble, stop.signal);
    const next = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    await work({
      told: () => told,
      next,
      async named(...wanted) {
        while (!paths.has("anything") && !wanted.every((path) => paths.has(path))) await next();
      },
      paths() {
        const sofar = [...paths].sort();
        paths = new Set();
        return sofar;
      },
    });
  } finally {
    stop.abort();
    repo.remove();
  }
}

test("edits, new files in new folders, renames and deletions are told", () => {
  const repo = makeRepo({ "src/deep/a.ts": "1", "b.md": "b" });
  repo.commit();
  return watching(repo, async ({ next }) => {
    const steps: (() => void)[] = [
      () => repo.write("src/deep/a.ts", "2"),
      () => repo.write("new/folder/c.md", "c"),
      () => repo.write("b.md", "bb"),
      () => renameSync(join(repo.root, "b.md"), join(repo.root, "d.md")),
      () => repo.delete("d.md"),
    ];
    for (const step of steps) {
      const heard = next();
      step();
      await heard;
    }
  });
});

test("nothing is told of Git's own files, the state, ignored folders and dependencies", () => {
  const repo = makeRepo({ ".gitignore": "build/\n", "a.md": "a", "build/x.js": "x" });
  repo.write("node_modules/left/pad.js", "p");
  repo.git("add", ".gitignore", "a.md");
  repo.commit();
  return watching(repo, async ({ next, told }) => {
    repo.write("build/x.js", "y");
    repo.write("node_modules/left/pad.js", "q");
    repo.git("update-ref", "refs/heads/other", "HEAD");
    writeFileSync(join(repo.root, "state", "state.db"), "s");
    // Events come in order: once this one is heard, those before it would have been.
    assert.is(told(), 0);
    const heard = next();
    repo.write("a.md", "aa");
    await heard;
    assert.ok(told() <= 3, `${told()} events for one edit`);
  });
});

/** Only there are events by name: Deno says that anything may have changed. */
const byName = process.platform === "linux" && currentRuntime().name === "node";

test("what is told on Linux is the paths: of files written, made, renamed and removed, and of new folders", () => {
  if (!byName) return;
  const repo = makeRepo({ "src/deep/a.ts": "1", "b.md": "b" });
  repo.commit();
  return watching(repo, async ({ named, paths }) => {
    repo.write("src/deep/a.ts", "2");
    await named("src/deep/a.ts");
    renameSync(join(repo.root, "b.md"), join(repo.root, "B.md"));
    await named("b.md", "B.md");
    repo.executable("B.md");
    repo.delete("src/deep/a.ts");
    await named("src/deep/a.ts");
    repo.write("new/c.md", "c");
    await named("new");
    const told = paths().filter((path) => !path.startsWith("new"));
    assert.equal(told, ["B.md", "b.md", "src/deep/a.ts"]);
  });
});

test("a folder that comes to be and is ignored is not watched and not told of, nor one that .gitignore is given later", () => {
  const repo = makeRepo({ ".gitignore": "build/\n", "a.md": "a", "out/kept.js": "k" });
  repo.commit();
  repo.git("rm", "-q", "--cached", "out/kept.js");
  return watching(repo, async ({ named, paths }) => {
    const before = watches();
    for (let n = 0; n < 40; n += 1) repo.write(`build/part${n}/x.js`, "x");
    repo.write("a.md", "aa");
    await named("a.md");
    if (!byName) return;
    assert.equal(paths(), ["a.md"], "the build says nothing");
    for (let n = 0; n < 40; n += 1) repo.write(`build/part${n}/new.js`, "n");
    repo.write("a.md", "aaa");
    await named("a.md");
    assert.equal(paths(), ["a.md"]);
    if (before !== undefined) assert.ok(watches()! - before <= 2, `${watches()! - before} watches more`);
    repo.write(".gitignore", "build/\nout/\n");
    await named(".gitignore");
    paths();
    repo.write("out/kept.js", "l");
    repo.write("a.md", "aaaa");
    await named("a.md");
    assert.not.ok(paths().some((path) => path.startsWith("out")));
    repo.write(".gitignore", "out/\n");
    await named(".gitignore");
    paths();
    repo.write("build/part7/x.js", "z");
    await named("build/part7/x.js");
  });
});

test("a folder that becomes a repository of its own is told on Linux, and what goes on in that repository is not", () => {
  if (!byName) return;
  const repo = makeRepo({ "src/deep/a.ts": "1", "b.md": "b" });
  return watching(repo, async ({ named, paths }) => {
    repo.git("init", "-q", "src");
    await named("src");
    repo.write("b.md", "bb");
    await named("b.md");
    paths();
    repo.git("-C", "src", "config", "some.name", "value");
    repo.write("b.md", "bbb");
    await named("b.md");
    assert.equal(paths(), ["b.md"]);
  });
});

/** Watches of the system that this process holds; undefined where that can't be known. */
function watches(): number | undefined {
  if (!byName) return undefined;
  const kept = readdirSync("/proc/self/fdinfo").map((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
    } catch {
      return ""; // the one that listed them is gone
    }
  });
  return kept.join("").match(/^inotify wd:/gm)?.length ?? 0;
}

test("what watching costs the system is a watch a folder on Linux, however many files are in it", () => {
  const files: Record<string, string> = {};
  for (let n = 0; n < 600; n += 1) files[`src/part${n % 20}/file${n}.md`] = "x";
  const repo = makeRepo(files);
  repo.commit();
  const before = watches();
  return watching(repo, async ({ next }) => {
    const held = watches();
    // The root, src, and twenty parts; a few beside them are the runtime's.
    if (before !== undefined && held !== undefined)
      assert.ok(held - before >= 22 && held - before <= 30, `${held - before} watches`);
    const heard = next();
    repo.write("src/part7/file7.md", "y");
    await heard;
  });
});

test.run();
