import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";
import { bench, ingest, listing, never } from "./harness.ts";

const test = suite("incremental and full agree, on real Git repositories");

const path = fc.constantFrom(
  "a.ts",
  "b.md",
  "src/a.ts",
  "src/deep/c.ts",
  "lib/d.ts",
  "ünï code.md",
  "vendor/v.ts",
  ".env",
);
const text = fc
  .array(fc.constantFrom("one\n\n", "two\n\n", "shared\n\n", "BROKEN\n\n", "last"), { maxLength: 4 })
  .map((parts) => parts.join(""));
const edit = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), path, text }),
  fc.record({ kind: fc.constant("delete" as const), path }),
  fc.record({ kind: fc.constant("rename" as const), path, to: path }),
  fc.record({ kind: fc.constant("package" as const), folder: fc.constantFrom("src", "lib") }),
);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function apply(repo: TestRepo, files: Map<string, string>, one: Edit): void {
  const put = (at: string, content: string) => {
    repo.write(at, content);
    files.set(at, content);
  };
  const drop = (at: string) => {
    if (!files.delete(at)) return;
    repo.delete(at);
  };
  if (one.kind === "write") put(one.path, one.text);
  if (one.kind === "delete") drop(one.path);
  if (one.kind === "package") put(`${one.folder}/package.json`, `{ "name": "${one.folder}-package" }\n`);
  if (one.kind === "rename") {
    const content = files.get(one.path);
    if (content === undefined || one.path === one.to) return;
    put(one.to, content);
    drop(one.path);
  }
}

const source = async (repo: TestRepo) =>
  (
    await openSources(
      { sources: [{ name: "repo", path: repo.root }], indexUntracked: false, statePath: join(repo.root, ".state") },
      never,
    )
  ).all();

test("any sequence of edits, committed or not, gives the same listing as starting over", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 4 }), commit: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      }),
      async (steps) => {
        const repo = makeRepo({ "package.json": '{ "workspaces": ["src", "lib"] }\n', "a.ts": "one\n\nshared\n\n" });
        try {
          const files = new Map([["a.ts", "one\n\nshared\n\n"]]);
          const at = bench(await source(repo));
          await ingest(at, "repo");
          for (const { edits, commit } of steps) {
            for (const one of edits) apply(repo, files, one);
            repo.git("add", "-A");
            if (commit) repo.commit();
            await at.clock.advance(1);
            const run = await ingest(at, "repo");
            assert.is(run.state, "succeeded", JSON.stringify(run.error));
            const { discovered, added, changed, unchanged, skipped } = run.files;
            assert.is(discovered, added + changed + unchanged + skipped, "the counts add up");
            const fresh = bench(await source(repo));
            await ingest(fresh, "repo");
            const listed = await listing(at, "repo");
            assert.equal(listed, await listing(fresh, "repo"));
            const tracked = repo.git("ls-files", "-z").split("\0").filter(Boolean).sort();
            assert.equal(
              listed.map(({ file }) => file.path),
              tracked,
            );
          }
        } finally {
          await rm(repo.root, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: Number(process.env["KM_TEST_RUNS"] ?? 12) },
  );
});

test.run();
