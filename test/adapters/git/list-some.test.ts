import { linkSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import type { PartialListing, Source } from "../../../src/ports/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";

const signal = new AbortController().signal;
const test = suite("a look at some paths");

async function looking(
  work: (repo: TestRepo, source: Source, all: () => Promise<number>) => Promise<void>,
  indexUntracked = false,
) {
  const repo = makeRepo({ "src/a.ts": "a\n", "src/b.ts": "b\n", "c.md": "c\n", "deep/er/d.md": "d\n" });
  try {
    const sources = await openSources(
      { sources: [{ name: "repo", path: repo.root }], indexUntracked, statePath: join(repo.root, ".state") },
      signal,
    );
    const source = sources.get("repo")!;
    const all = async () => (await source.list(repo.git("rev-parse", "HEAD"), signal)).mark!;
    await work(repo, source, all);
  } finally {
    repo.remove();
  }
}

const told = (some: PartialListing | undefined) =>
  some && { dirty: some.head.dirty, files: some.files.map(({ path }) => path), absent: some.absent };

test("tells what is at these paths, whatever was staged since beside them, and whether the tree is clean", () =>
  looking(async (repo, source, all) => {
    repo.write("src/a.ts", "aa\n");
    const first = await source.listSome!(["src/a.ts", "src/none.ts"], await all(), signal);
    assert.equal(told(first), { dirty: true, files: ["src/a.ts"], absent: ["src/none.ts"] });
    assert.equal([first?.files[0]?.contentId, first?.files[0]?.size], ["", 3]);
    repo.write("src/new.ts", "n\n");
    repo.git("add", "src/new.ts");
    repo.git("rm", "-q", "--cached", "c.md");
    repo.delete("src/b.ts");
    const second = await source.listSome!(["src/b.ts"], first!.mark, signal);
    assert.equal(told(second), { dirty: true, files: ["src/b.ts", "src/new.ts"], absent: ["c.md"] });
    assert.is(second?.files[0]?.size, -1, "tracked, and missing");
    repo.git("reset", "-q", "--hard");
    const third = await source.listSome!(["src/a.ts", "src/b.ts"], second!.mark, signal);
    assert.equal(told(third), { dirty: false, files: ["c.md", "src/a.ts", "src/b.ts"], absent: ["src/new.ts"] });
  }));

test("is none where a look at everything might tell more", () =>
  looking(async (repo, source, all) => {
    repo.link("link", "c.md");
    repo.git("add", "link");
    const cases: Record<string, () => readonly string[] | Promise<readonly string[]>> = {
      "a folder": () => ["src"],
      "a file whose folder is gone": () => {
        repo.delete("deep/er");
        return ["deep/er/d.md"];
      },
      "a folder that is gone": () => ["deep/er"],
      "a link": () => ["link"],
      "a link that is gone": () => {
        repo.delete("link");
        return ["link"];
      },
      "ignore rules": () => ["src/.gitignore"],
      attributes: () => [".gitattributes"],
      "a name that is not UTF-8": () => ["src/\uFFFD.ts"],
      "too many": () => Array.from({ length: 1_001 }, (_, n) => `made-${n}.md`),
      "HEAD moved": () => {
        repo.git("commit", "-q", "--allow-empty", "-m", "moved");
        return ["src/a.ts"];
      },
      "Git's configuration changed": () => {
        repo.git("config", "core.autocrlf", "input");
        return ["src/a.ts"];
      },
      "Git's own exclusions changed": () => {
        repo.write(".git/info/exclude", "*.tmp\n");
        return ["src/a.ts"];
      },
      "a file that has a second name": () => {
        linkSync(join(repo.root, "src/a.ts"), join(repo.root, "src/second.ts"));
        return ["src/a.ts"];
      },
      "attributes of this repository alone": () => {
        repo.delete("src/second.ts");
        repo.write(".git/info/attributes", "*.md text\n");
        return ["src/a.ts"];
      },
      "another look came between": async () => {
        await all();
        return ["src/a.ts"];
      },
    };
    for (const [name, happens] of Object.entries(cases)) {
      const mark = await all();
      assert.is(await source.listSome!(await happens(), mark, signal), undefined, name);
    }
    const mark = await all();
    assert.ok(await source.listSome!(["src/a.ts"], mark, signal), "and is one where it might not");
    assert.is(await source.listSome!(["src/a.ts"], mark, signal), undefined, "once");
    renameSync(join(repo.root, ".git"), join(repo.root, "..", `${repo.root.split("/").at(-1)}.git`));
    try {
      repo.write(".git", `gitdir: ${repo.root}.git\n`);
      const whole = await source.list("", signal);
      assert.equal([whole.mark, whole.files.length > 3], [undefined, true], "a repository elsewhere gives no mark");
    } finally {
      repo.delete(".git");
      renameSync(`${repo.root}.git`, join(repo.root, ".git"));
    }
  }));

test("what was not looked at is as dirty as it was, and as untracked", () =>
  looking(async (repo, source, all) => {
    repo.write("c.md", "cc\n");
    repo.write("loose/u.ts", "u\n");
    const first = await source.listSome!(["src/a.ts"], await all(), signal);
    assert.is(first?.head.dirty, true, "c.md is changed still");
    repo.git("checkout", "-q", "c.md");
    const second = await source.listSome!(["c.md"], first!.mark, signal);
    assert.is(second?.head.dirty, true, "an untracked file is there");
    renameSync(join(repo.root, "loose"), join(repo.root, ".state"));
    assert.is(await source.listSome!(["loose"], second!.mark, signal), undefined, "its folder went");
  }, true));

/** A folder with a `git` that does something else too, once for each `arm`, when the real one has told the status. */
function meddlingGit(root: string, alsoDoes: string) {
  const folder = mkdtempSync(join(tmpdir(), "gateway-git-"));
  const armed = join(folder, "armed");
  const script = `#!/bin/sh
export PATH="${process.env["PATH"]}"
git "$@" || exit
case " $* " in *" status "*) [ -f "${armed}" ] && rm "${armed}" && git -C "${root}" ${alsoDoes} ;; esac
exit 0
`;
  writeFileSync(join(folder, "git"), script, { mode: 0o755 });
  return { folder, arm: () => writeFileSync(armed, "") };
}

test("none stands on a look during which something was staged, nor is one: status and index need not fit", () =>
  looking(async (repo) => {
    const { folder, arm } = meddlingGit(repo.root, "rm -q --cached c.md");
    try {
      const place = { sources: [{ name: "repo", path: repo.root }], statePath: "/nowhere", searchPath: folder };
      const source = (await openSources({ ...place, indexUntracked: false }, signal)).get("repo")!;
      const head = repo.git("rev-parse", "HEAD");
      arm();
      const during = await source.list(head, signal);
      assert.equal([during.mark, during.head.dirty, during.files.length], [undefined, false, 3]);
      const after = await source.list(head, signal);
      assert.equal([typeof after.mark, after.head.dirty], ["number", true]);
      repo.write("src/a.ts", "aa\n");
      const some = await source.listSome!(["src/a.ts"], after.mark!, signal);
      assert.is(some?.head.dirty, true);
      repo.git("add", "c.md");
      const again = await source.listSome!(["src/a.ts"], some!.mark, signal);
      arm();
      assert.is(await source.listSome!(["src/a.ts"], again!.mark, signal), undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }));

test.run();
