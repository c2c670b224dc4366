import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { fieldTerms } from "../../../src/domain/text/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";
import { type Bench, bench, ingest, listing, never } from "./harness.ts";

const test = suite("incremental and full agree, on real Git repositories");

const path = fc.constantFrom(
  "a.ts",
  "A.ts",
  "b.md",
  "src/a.ts",
  "src/deep/c.ts",
  "lib/d.ts",
  "lib",
  "ünï code.md",
  "vendor/v.ts",
  ".env",
);
const text = fc
  .array(fc.constantFrom("one\n\n", "two\n\n", "shared\n\n", "BROKEN\n\n", "last"), { maxLength: 4 })
  .map((parts) => parts.join(""));
const rule = fc.constantFrom("", "*.md\n", "lib/\n", "src/**\n!src/a.ts\n", "/a.ts\n");
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), path, text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), path, to: path }) },
  fc.record({ kind: fc.constant("case" as const), path }),
  fc.record({ kind: fc.constant("mode" as const), path }),
  fc.record({ kind: fc.constant("link" as const), path, to: fc.constantFrom("a.ts", "../out", "src", "nowhere") }),
  fc.record({ kind: fc.constant("swap" as const), path }),
  fc.record({ kind: fc.constant("ignore" as const), name: fc.constantFrom(".gitignore", ".gatewayignore"), rule }),
  fc.record({ kind: fc.constant("package" as const), folder: fc.constantFrom("src", "lib") }),
  fc.record({ kind: fc.constant("catalogue" as const), pattern: fc.constantFrom("src/**", "**/*.md", "lib/**") }),
  fc.record({ kind: fc.constant("branch" as const), name: fc.constantFrom("main", "side") }),
);
/** What an editor does most: files of folders that have others are saved, and a few come and go. */
const plainPath = fc.constantFrom("a.ts", "src/a.ts", "src/b.ts", "lib/d.ts", "lib/e.ts");
const plainEdit = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("write" as const), path: plainPath, text }) },
  fc.record({ kind: fc.constant("delete" as const), path: plainPath }),
);
/** Where only these are in a step, a look at what was touched is enough. */
const edits: fc.Arbitrary<(Edit | PlainEdit)[]> = fc.oneof(
  { weight: 2, arbitrary: fc.array(edit, { minLength: 1, maxLength: 4 }) },
  { weight: 3, arbitrary: fc.array(plainEdit, { minLength: 1, maxLength: 3 }) },
);
/** What goes to Git's index: everything, no new files, what the first edit did (so that files are staged in part), nothing. */
const staged = fc.constantFrom("all" as const, "all" as const, "tracked" as const, "first" as const, "none" as const);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;
type PlainEdit = typeof plainEdit extends fc.Arbitrary<infer E> ? E : never;

/** Whether something is there, a dangling link included. */
const there = (repo: TestRepo, at: string) => {
  try {
    return lstatSync(join(repo.root, at)) !== undefined;
  } catch {
    return false;
  }
};

/** Makes room for a file: what lies there, or is no folder on the way to it, goes. */
function clear(repo: TestRepo, at: string): void {
  const parts = at.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const above = parts.slice(0, depth).join("/");
    if (there(repo, above) && !lstatSync(join(repo.root, above)).isDirectory()) repo.delete(above);
  }
  if (there(repo, at)) rmSync(join(repo.root, at), { recursive: true });
}

const isFolder = (repo: TestRepo, at: string) => there(repo, at) && lstatSync(join(repo.root, at)).isDirectory();
const isFile = (repo: TestRepo, at: string) => there(repo, at) && lstatSync(join(repo.root, at)).isFile();

/** Every text that is written carries a word of its own, so that whatever is removed can be looked for. */
function apply(repo: TestRepo, one: Edit | PlainEdit, word: () => string): void {
  const put = (at: string, content: string) => {
    clear(repo, at);
    repo.write(at, content);
  };
  switch (one.kind) {
    case "write":
      put(one.path, `${word()}\n\n${one.text}`);
      return;
    case "delete":
      if (there(repo, one.path)) repo.delete(one.path);
      return;
    case "rename":
    case "case": {
      const to = one.kind === "rename" ? one.to : caseChanged(one.path);
      if (!isFile(repo, one.path) || one.path === to || to.startsWith(`${one.path}/`)) return;
      if (there(repo, to) && lstatSync(join(repo.root, to)).isDirectory()) return;
      if (one.path.startsWith(`${to}/`)) return;
      clear(repo, to);
      repo.git("add", "-A");
      if (repo.git("ls-files", "--", one.path) !== "")
        repo.git("mv", "-f", "--", one.path, to.includes("/") ? ensure(repo, to) : to);
      return;
    }
    case "mode":
      if (isFile(repo, one.path)) repo.executable(one.path);
      return;
    case "link":
      clear(repo, one.path);
      repo.link(one.path, one.to);
      return;
    case "swap":
      // A file becomes a folder of that name, a folder a file.
      if (isFolder(repo, one.path)) put(one.path, `${word()}\n`);
      else put(`${one.path}/inner.ts`, `${word()}\n\nshared\n\n`);
      return;
    case "ignore":
      put(one.name, one.rule);
      return;
    case "package":
      put(`${one.folder}/package.json`, `{ "name": "${one.folder}-package" }\n`);
      return;
    case "catalogue":
      put(
        "subsystems.json",
        JSON.stringify({ subsystems: [{ name: "part", description: "d", owner: "o", paths: [one.pattern] }] }),
      );
      return;
    case "branch":
      repo.commit();
      if (repo.git("branch", "--list", one.name) === "") repo.git("branch", one.name);
      repo.git("checkout", "-q", "-f", one.name);
  }
}

function caseChanged(at: string): string {
  const name = at.split("/").at(-1)!;
  const changed = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  return [...at.split("/").slice(0, -1), changed].join("/");
}

/** `git mv` makes no folders. */
function ensure(repo: TestRepo, to: string): string {
  const folder = to.slice(0, to.lastIndexOf("/"));
  if (!existsSync(join(repo.root, folder))) repo.write(`${folder}/.keep`, "");
  return to;
}

const source = async (repo: TestRepo, indexUntracked: boolean) =>
  (
    await openSources(
      { sources: [{ name: "repo", path: repo.root }], indexUntracked, statePath: join(repo.root, ".state") },
      never,
    )
  ).all();

/** What a watch goes by: each path, folders too, with what changes when it is written. */
function onDisk(root: string, folder = "", found = new Map<string, string>()): ReadonlyMap<string, string> {
  for (const name of readdirSync(join(root, folder))) {
    if (name === ".git" || name === ".state") continue;
    const path = folder === "" ? name : `${folder}/${name}`;
    const stats = lstatSync(join(root, path), { bigint: true });
    found.set(path, stats.isDirectory() ? "folder" : `${stats.ino} ${stats.mode} ${stats.mtimeNs} ${stats.ctimeNs}`);
    if (stats.isDirectory()) onDisk(root, path, found);
  }
  return found;
}

function touched(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((one) => before.get(one) !== after.get(one));
}

/** All that is known of the files, their history included, and of the revision but its number and time. */
async function served(at: Bench) {
  const revision = at.state.revisions.served()[0]!;
  const { generation, indexedAt: _, ...standing } = revision;
  return { standing, files: await at.index.files({ source: "repo", generation }, "", 10_000, never) };
}

/** How many passages of the served generation hold a word, asked of the search itself. */
async function hits(at: Bench, word: string): Promise<number> {
  const revision = at.state.revisions.served()[0]!;
  const { terms } = fieldTerms({ text: word, path: "", defines: [], context: "", doc: "" });
  const field = { weight: 1, b: 0.5 };
  const found = await at.index.search(
    {
      at: [revision],
      filter: {
        artifactTypes: [],
        languages: [],
        pathPrefixes: [],
        pathGlobs: [],
        subsystems: [],
        tags: [],
        symbolKinds: [],
        updatedAfter: 0,
      },
      terms: terms.map((term) => ({ term, weight: 1 })),
      tuning: { k1: 1.2, fields: { body: field, path: field, symbol: field, context: field, doc: field } },
      vector: undefined,
      offset: 0,
      limit: 10,
    },
    never,
  );
  return found.lexicalTotal;
}

/** Files of a working tree that are not as Git's index has them, untracked ones included. */
function notStaged(repo: TestRepo): ReadonlySet<string> {
  const all = repo.git("--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames", "-uall").split("\0");
  return new Set(all.filter((line) => line !== "" && line[1] !== " ").map((line) => line.slice(3)));
}

/** Folders with a file more than one, so that one may come and go beside another. */
const begun = {
  "package.json": '{ "workspaces": ["src", "lib"] }\n',
  "a.ts": "one\n\nshared\n\n",
  "src/a.ts": "two\n\nshared\n\n",
  "src/b.ts": "three\n\n",
  "lib/d.ts": "four\n\n",
  "lib/e.ts": "five\n\n",
};

const seed = Number(process.env["KM_TEST_SEED"] ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env["KM_TEST_RUNS"] ?? 12);

test(`any sequence of edits, committed or not, gives the same listing as starting over (seed ${seed})`, async () => {
  let words = 0;
  let atSome = 0;
  let atAll = 0;
  // Letters alone, so that it is one term and no other's beginning.
  const word = () => `canary${[...String(words++)].map((digit) => "bcdfghjkmp"[Number(digit)]).join("")}z`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          edits,
          staged,
          commit: fc.constantFrom(true, false, false),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      fc.boolean(),
      async (steps, untracked) => {
        const repo = makeRepo(begun);
        const first = words;
        try {
          // Of two gateways one looks at what was touched, as far as that can be done, and the other at everything.
          const [at, other] = [bench(await source(repo, untracked)), bench(await source(repo, untracked))];
          for (const one of [at, at, other]) await ingest(one, "repo");
          for (const { edits, staged, commit } of steps) {
            const before = onDisk(repo.root);
            for (const [n, one] of edits.entries()) {
              apply(repo, one, word);
              if (n === 0 && staged === "first") repo.git("add", "-A");
            }
            if (staged === "all") repo.git("add", "-A");
            if (staged === "tracked") repo.git("add", "-u");
            if (commit) repo.git("commit", "-q", "--allow-empty", "-m", "what is staged");
            await at.clock.advance(1);
            const paths = touched(before, onDisk(repo.root));
            const gated = await at.ingester.unchanged("repo", never, paths);
            const run = await ingest(at, "repo", { trigger: "watch", paths });
            assert.is(run.state, "succeeded", JSON.stringify(run.error));
            const whole = await ingest(other, "repo");
            assert.equal(await served(at), await served(other));
            assert.equal([run.files, run.chunks, run.commit], [whole.files, whole.chunks, whole.commit]);
            if (gated) assert.is(whole.generation, 0, "nothing was said to be new, and something was");
            const { discovered, added, changed, unchanged, skipped } = run.files;
            assert.is(discovered, added + changed + unchanged + skipped, "the counts add up");
            const fresh = bench(await source(repo, untracked));
            await ingest(fresh, "repo");
            const listed = await listing(at, "repo");
            // What is not staged may be known by Git's id of the same bytes from before, or by one of a reading.
            const apart = notStaged(repo);
            const known = (all: typeof listed) =>
              all.map(({ file, ...rest }) => ({
                ...rest,
                file: { ...file, ...(apart.has(file.path) && { contentId: "" }) },
              }));
            assert.equal(known(listed), known(await listing(fresh, "repo")));
            const more = untracked ? ["--others", "--exclude-standard", "--exclude=.state/"] : [];
            const there = repo.git("ls-files", "-z", "--cached", ...more).split("\0");
            assert.equal(
              listed.map(({ file }) => file.path),
              [...new Set(there.filter(Boolean))].sort(),
            );
            const indexed = listed.flatMap(({ chunks }) => chunks.map(({ text }) => text)).join("\n");
            const last = words;
            for (words = first; words < last; ) {
              const one = word();
              if (!indexed.includes(one)) assert.is(await hits(at, one), 0, `${one} was removed`);
              else assert.ok((await hits(at, one)) > 0, `${one} is there`);
            }
            if (at.telemetry.lines.some(({ message }) => message === "ingest: a look at some paths")) atSome += 1;
            else if (!gated) atAll += 1;
            at.telemetry.lines.length = 0;
          }
        } finally {
          await rm(repo.root, { recursive: true, force: true });
        }
      },
    ),
    { numRuns, seed, includeErrorInReport: true },
  );
  assert.ok(atSome > 0, "some runs looked at what was touched alone");
  if (process.env["KM_TEST_RUNS"])
    console.log(`${atSome} runs looked at what was touched alone, ${atAll} at everything`);
});

test.run();
