import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { Fault } from "../../../src/domain/mod.ts";
import type { ListedFile, Listing, Source } from "../../../src/ports/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";

const signal = new AbortController().signal;
const nowhere = join(tmpdir(), "gateway-no-state");

async function sourceAt(path: string, indexUntracked = false, statePath = nowhere): Promise<Source> {
  const sources = await openSources({ sources: [{ name: "repo", path }], indexUntracked, statePath }, signal);
  const source = sources.get("repo");
  assert.ok(source);
  return source;
}

async function listAt(path: string, since = "", indexUntracked = false): Promise<Listing> {
  return await (await sourceAt(path, indexUntracked)).list(since, signal);
}

function file(listing: Listing, path: string): ListedFile {
  const found = listing.files.find((f) => f.path === path);
  assert.ok(found, `${path} is listed`);
  return found;
}

async function refusal(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (cause) {
    assert.instance(cause, Fault);
    return cause as Fault;
  }
  assert.unreachable("a Fault was expected");
  throw new Error();
}

const test = suite<{ repos: TestRepo[]; folders: string[] }>("git listing", { repos: [], folders: [] });
test.after.each((context) => {
  for (const repo of context.repos.splice(0)) repo.remove();
  for (const folder of context.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function repoOf(context: { repos: TestRepo[] }, files: Record<string, string> = {}): TestRepo {
  const repo = makeRepo(files);
  context.repos.push(repo);
  return repo;
}

function folderOf(context: { folders: string[] }, files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gateway-folder-")));
  context.folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

test("lists what Git tracks, with blob ids, sizes and the commit that last changed each", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n", "sub/b.md": "two\n" });
  const first = repo.git("rev-parse", "HEAD");
  repo.write("a.ts", "three\n");
  const second = repo.commit();
  const listing = await listAt(repo.root);
  assert.equal(listing.head, { commit: second, dirty: false });
  assert.equal(listing.warnings, []);
  assert.equal(listing.files, [
    {
      path: "a.ts",
      contentId: repo.git("hash-object", "a.ts"),
      kind: "file",
      size: 6,
      commit: second,
      updatedAt: 1_700_000_120_000,
      refusal: "",
    },
    {
      path: "sub/b.md",
      contentId: repo.git("hash-object", "sub/b.md"),
      kind: "file",
      size: 4,
      commit: first,
      updatedAt: 1_700_000_060_000,
      refusal: "",
    },
  ]);
});

test("looks at history only since the commit it is given", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n", "b.ts": "two\n" });
  const first = repo.git("rev-parse", "HEAD");
  repo.write("b.ts", "three\n");
  const second = repo.commit();
  const listing = await listAt(repo.root, first);
  assert.is(file(listing, "a.ts").commit, "");
  assert.is(file(listing, "a.ts").updatedAt, 0);
  assert.is(file(listing, "b.ts").commit, second);
  const none = await listAt(repo.root, second);
  assert.ok(none.files.every((f) => f.commit === ""));
  const rewritten = await listAt(repo.root, "0123456789012345678901234567890123456789");
  assert.is(file(rewritten, "a.ts").commit, first, "an unknown commit means all history");
});

test("a change made by the merge itself belongs to the merge, others to their own commits", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n", "b.ts": "two\n" });
  repo.git("checkout", "-q", "-b", "side");
  repo.write("side.ts", "side\n");
  const side = repo.commit();
  repo.git("checkout", "-q", "main");
  repo.write("b.ts", "three\n");
  const main = repo.commit();
  repo.git("merge", "-q", "--no-commit", "side");
  repo.write("a.ts", "by the merge\n");
  const merge = repo.commit("merge");
  const listing = await listAt(repo.root);
  assert.equal(
    listing.files.map((f) => [f.path, f.commit]),
    [
      ["a.ts", merge],
      ["b.ts", main],
      ["side.ts", side],
    ],
  );
});

test("a changed file loses its content id, a staged one has the index's, a missing one has size -1", async (context) => {
  const repo = repoOf(context, { "changed.ts": "one\n", "staged.ts": "one\n", "gone.ts": "one\n", "same.ts": "one\n" });
  repo.write("changed.ts", "other\n");
  repo.write("staged.ts", "other\n");
  repo.write("new.ts", "new\n");
  repo.git("add", "staged.ts", "new.ts");
  repo.delete("gone.ts");
  const listing = await listAt(repo.root);
  assert.is(listing.head.dirty, true);
  assert.is(file(listing, "changed.ts").contentId, "");
  assert.is(file(listing, "staged.ts").contentId, repo.git("hash-object", "staged.ts"));
  assert.is(file(listing, "new.ts").commit, "");
  assert.ok(file(listing, "new.ts").updatedAt === 0 || file(listing, "new.ts").updatedAt > 1_700_000_000_000);
  assert.is(file(listing, "gone.ts").size, -1);
  assert.is.not(file(listing, "same.ts").contentId, "");
});

test("untracked files count only when the operator says so, and ignored ones never", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n", ".gitignore": "*.log\n" });
  repo.write("new/b.ts", "two\n");
  repo.write("x.log", "noise\n");
  const without = await listAt(repo.root);
  assert.equal(
    without.files.map((f) => f.path),
    [".gitignore", "a.ts"],
  );
  assert.is(without.head.dirty, false);
  const listing = await listAt(repo.root, "", true);
  assert.equal(
    listing.files.map((f) => f.path),
    [".gitignore", "a.ts", "new/b.ts"],
  );
  assert.is(file(listing, "new/b.ts").contentId, "");
  assert.is(listing.head.dirty, true);
  assert.equal(await (await sourceAt(repo.root, true)).head(signal), listing.head);
});

test("a sub-folder is listed by itself, with paths and history of its own", async (context) => {
  const repo = repoOf(context, { "top.ts": "one\n", "pkg/in/a.ts": "two\n", "pkg/b.ts": "three\n" });
  repo.write("pkg/b.ts", "changed\n");
  repo.write("top.ts", "changed\n");
  const commit = repo.commit();
  const source = await sourceAt(join(repo.root, "pkg"));
  const listing = await source.list("", signal);
  assert.equal(
    listing.files.map((f) => f.path),
    ["b.ts", "in/a.ts"],
  );
  assert.is(file(listing, "b.ts").commit, commit);
  repo.write("top.ts", "not ours\n");
  assert.is((await source.head(signal)).dirty, false);
  repo.write("pkg/b.ts", "ours\n");
  assert.is((await source.head(signal)).dirty, true);
  assert.is(file(await source.list("", signal), "b.ts").contentId, "");
});

test("odd names come through: line feeds, emoji, spaces, quotes, case twins, and order is by code unit", async (context) => {
  const names = [
    "a\nb.ts",
    "\nfirst.ts",
    " lead",
    "naïve.md",
    "👩‍🚀.ts",
    "q\"uote'.ts",
    "Case.ts",
    "case.ts",
    "tab\tx",
    "＠.ts",
  ];
  const repo = repoOf(context, Object.fromEntries(names.map((name) => [name, `${name}\n`])));
  const listing = await listAt(repo.root);
  assert.equal(
    listing.files.map((f) => f.path),
    [...names].sort(),
  );
  assert.ok(listing.files.every((f) => f.commit !== "" && f.size > 0 && f.contentId !== ""));
  const source = await sourceAt(repo.root);
  for (const name of names) {
    assert.is(new TextDecoder().decode(await source.read(name, 100, signal)), `${name}\n`);
  }
});

test("links are named and never followed; one that leaves the root says so", async (context) => {
  const outside = folderOf(context, { secret: "canary\n" });
  const repo = repoOf(context, { "a.ts": "one\n" });
  repo.link("inside", "a.ts");
  repo.link("outside", join(outside, "secret"));
  repo.link("up", "../../../../etc/passwd");
  repo.link("loop", "loop");
  repo.link("dangling", "not-there");
  repo.commit();
  const listing = await listAt(repo.root);
  const refusals = listing.files.filter((f) => f.kind === "link").map((f) => [f.path, f.refusal]);
  assert.equal(refusals, [
    ["dangling", "LINK"],
    ["inside", "LINK"],
    ["loop", "LINK"],
    ["outside", "ESCAPES_ROOT"],
    ["up", "ESCAPES_ROOT"],
  ]);
});

test("a file whose folder has become a link is missing, as Git has it: what the link leads to has its own name", async (context) => {
  const repo = repoOf(context, { "src/deep/a.ts": "one\n", "lib/deep/a.ts": "other\n", "b.ts": "b\n" });
  repo.delete("lib");
  repo.link("lib", "src");
  const listing = await listAt(repo.root);
  assert.equal([file(listing, "lib/deep/a.ts").size, file(listing, "lib/deep/a.ts").contentId], [-1, ""]);
  assert.is(file(listing, "src/deep/a.ts").size, 4);
});

test("a look at HEAD tells that the root's own rules, untracked, are other than when the tree was listed", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n", "b.ts": "two\n" });
  const source = await sourceAt(repo.root);
  const head = (await source.list("", signal)).head.commit;
  const told = async () => (await source.head(signal)).rulesChanged;
  assert.is(await told(), undefined);
  for (const happens of [() => repo.write(".gatewayignore", "a.ts\n"), () => repo.delete(".gatewayignore")]) {
    happens();
    assert.is(await told(), true);
    assert.is((await source.list(head, signal)).head.dirty, false, "no tracked file differs");
    assert.is(await told(), undefined);
  }
});

test("a submodule is one entry, and its own repository is left alone", async (context) => {
  const inner = repoOf(context, { "x.ts": "inner\n" });
  const repo = repoOf(context, { "a.ts": "one\n" });
  repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root, "lib/inner");
  repo.commit();
  const listing = await listAt(repo.root);
  assert.equal([file(listing, "lib/inner").kind, file(listing, "lib/inner").refusal], ["submodule", "SUBMODULE"]);
  assert.is(
    listing.files.some((f) => f.path.startsWith("lib/inner/")),
    false,
  );
});

test("empty repository, shallow clone and worktree are listed; a bare repository is refused", async (context) => {
  const empty = repoOf(context);
  const { mark: _, ...listed } = await listAt(empty.root);
  assert.equal(listed, { head: { commit: "", dirty: false }, files: [], warnings: [] });

  const repo = repoOf(context, { "a.ts": "one\n" });
  repo.write("b.ts", "two\n");
  repo.commit();
  const place = folderOf(context, {});
  repo.git("clone", "-q", "--depth=1", `file://${repo.root}`, join(place, "shallow"));
  const shallow = await listAt(join(place, "shallow"));
  assert.match(shallow.warnings.join(), /shallow/);
  assert.is(shallow.files.length, 2);

  repo.git("worktree", "add", "-q", join(place, "tree"), "-b", "other");
  const tree = await listAt(join(place, "tree"));
  assert.equal(
    tree.files.map((f) => f.path),
    ["a.ts", "b.ts"],
  );

  repo.git("clone", "-q", "--bare", repo.root, join(place, "bare"));
  const bare = await refusal(listAt(join(place, "bare")));
  assert.is(bare.code, "precondition");
  assert.match(bare.message, /bare.*checkout/);
});

test("a file in conflict is listed once and must be read", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n" });
  repo.git("checkout", "-q", "-b", "side");
  repo.write("a.ts", "side\n");
  repo.commit();
  repo.git("checkout", "-q", "main");
  repo.write("a.ts", "main\n");
  repo.commit();
  assert.throws(() => repo.git("merge", "-q", "side"));
  const listing = await listAt(repo.root);
  assert.is(listing.files.length, 1);
  assert.is(file(listing, "a.ts").contentId, "");
});

test("a Git index lock of somebody else's does not stand in the way", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n" });
  repo.write(".git/index.lock", "");
  assert.is((await listAt(repo.root)).files.length, 1);
});

test("commitsSince counts, and says when it can't know", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n" });
  const first = repo.git("rev-parse", "HEAD");
  repo.commit();
  repo.commit();
  const source = await sourceAt(repo.root);
  assert.is(await source.commitsSince(first, signal), 2);
  assert.is(await source.commitsSince("0123456789012345678901234567890123456789", signal), -1);
  assert.is(await source.commitsSince("--output=x", signal), -1);
  assert.is(await source.commitsSince("", signal), -1);
});

test(".gatewayignore excludes by a named rule, and the state folder is never indexed", async (context) => {
  const repo = repoOf(context, {
    "a.ts": "one\n",
    "fixtures/big.txt": "x\n",
    "deep/.gatewayignore": "/only-here.md\n",
    "deep/only-here.md": "x\n",
    "only-here.md": "x\n",
    "state/db": "x\n",
    ".gatewayignore": "# comment\nfixtures/\n*.md\n!/only-here.md\n",
  });
  const source = await sourceAt(repo.root, false, join(repo.root, "state"));
  const listing = await source.list("", signal);
  assert.equal(
    listing.files.filter((f) => f.refusal !== "").map((f) => [f.path, f.refusal]),
    [
      ["deep/only-here.md", "EXCLUDED:deep/.gatewayignore: /only-here.md"],
      ["fixtures/big.txt", "EXCLUDED:.gatewayignore: fixtures/"],
      ["state/db", "EXCLUDED:state folder"],
    ],
  );
});

test("outside Git a walk obeys the ignore files, and links can't trap it", async (context) => {
  const folder = folderOf(context, {
    "b.ts": "one\n",
    "a/x.ts": "two\n",
    "a/.gitignore": "*.tmp\n!keep.tmp\n",
    "a/y.tmp": "x\n",
    "a/keep.tmp": "x\n",
    "node_modules/m/index.js": "x\n",
    "state/db": "x\n",
    ".gitignore": "node_modules/\n",
    ".gatewayignore": "secret-plans.md\n",
    "secret-plans.md": "x\n",
    "nested/.git/HEAD": "ref: refs/heads/main\n",
    "nested/inner.ts": "x\n",
  });
  const source = await sourceAt(folder, false, join(folder, "state"));
  const listing = await source.list("", signal);
  assert.equal(
    listing.files.map((f) => f.path),
    [".gatewayignore", ".gitignore", "a/.gitignore", "a/keep.tmp", "a/x.ts", "b.ts", "nested"],
  );
  assert.equal(listing.head, { commit: "", dirty: false });
  assert.match(listing.warnings.join(), /no Git work tree/);
  assert.ok(listing.files.every((f) => f.contentId === "" && f.commit === ""));
  assert.is(file(listing, "nested").kind, "submodule");
  assert.is(await source.commitsSince("0123456789012345678901234567890123456789", signal), -1);
});

test("without git on the machine a repository is walked, and that is said", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n" });
  const sources = await openSources(
    {
      sources: [{ name: "repo", path: repo.root }],
      indexUntracked: false,
      statePath: nowhere,
      searchPath: "/nonexistent",
    },
    signal,
  );
  const listing = await sources.all()[0]!.list("", signal);
  assert.equal(
    listing.files.map((f) => f.path),
    ["a.ts"],
  );
  assert.match(listing.warnings.join(), /git was not found/);
});

test("a folder that the repository around it does not track is walked", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n", ".gitignore": "vendor/\n" });
  repo.write("vendor/lib/x.ts", "x\n");
  const source = await sourceAt(join(repo.root, "vendor/lib"));
  const listing = await source.list("", signal);
  assert.equal(
    listing.files.map((f) => f.path),
    ["x.ts"],
  );
  assert.equal(await source.head(signal), { commit: "", dirty: false });
});

test("a root that vanishes, or whose .git is broken, is a precondition with the remedy", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n" });
  const source = await sourceAt(repo.root);
  repo.write(".git/HEAD", "nonsense");
  const broken = await refusal(source.list("", signal));
  assert.is(broken.code, "precondition");
  assert.match(broken.message, /git status/);
  const aside = `${repo.root}-moved`;
  context.folders.push(aside);
  renameSync(repo.root, aside);
  assert.is(existsSync(repo.root), false);
  const gone = await refusal(source.head(signal));
  assert.equal([gone.code, gone.reason], ["precondition", "SOURCE_GONE"]);
  assert.is(gone.message.includes(repo.root), false, "no host path in a message");
});

test("a cancelled listing ends as cancelled", async (context) => {
  const repo = repoOf(context, { "a.ts": "one\n" });
  const source = await sourceAt(repo.root);
  const control = new AbortController();
  const listing = source.list("", control.signal);
  control.abort();
  assert.is((await refusal(listing)).code, "cancelled");
});

test("a source that was listed before sees what changed on disk since, hidden from Git or not", async (context) => {
  const repo = repoOf(context, { "a.md": "one", "b.md": "two", "c.md": "three", "d.md": "four", "e.md": "five" });
  const source = await sourceAt(repo.root);
  const { head } = await source.list("", signal);
  repo.git("update-index", "--skip-worktree", "a.md");
  repo.git("update-index", "--assume-unchanged", "d.md");
  for (const path of ["a.md", "b.md"]) rmSync(join(repo.root, path));
  writeFileSync(join(repo.root, "c.md"), "three and more");
  writeFileSync(join(repo.root, "d.md"), "four and more");
  for (let time = 0; time < 2; time++) {
    const again = await source.list(head.commit, signal);
    assert.equal(
      again.files.map(({ path, size }) => [path, size]),
      [
        ["a.md", -1],
        ["b.md", -1],
        ["c.md", 14],
        ["d.md", 13],
        ["e.md", 4],
      ],
    );
    assert.equal(again.files, (await listAt(repo.root, head.commit)).files);
  }
});

test.run();
