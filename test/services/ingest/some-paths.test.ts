import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";
import { type Bench, bench, ingest, listing, never } from "./harness.ts";

const test = suite("runs over some paths give what a run over all would");

interface Step {
  readonly named: string;
  /** What happens in the tree, and the paths that a watch tells of it. */
  readonly happens: (repo: TestRepo) => readonly string[];
  /** Whether a look at these paths was enough. */
  readonly some: boolean;
}

async function open(repo: TestRepo): Promise<Bench> {
  const place = { sources: [{ name: "repo", path: repo.root }], statePath: join(repo.root, ".state") };
  return bench((await openSources({ ...place, indexUntracked: true }, never)).all());
}

/** After each step compares with an index that is made from nothing. */
async function follows(files: Readonly<Record<string, string>>, steps: readonly Step[]): Promise<void> {
  const repo = makeRepo(files);
  try {
    const at = await open(repo);
    for (const _ of ["from nothing", "and with a look that others stand on"]) await ingest(at, "repo");
    for (const { named, happens, some } of steps) {
      const paths = happens(repo);
      at.telemetry.lines.length = 0;
      const run = await ingest(at, "repo", { trigger: "watch", paths });
      assert.is(run.state, "succeeded", named);
      const atSome = at.telemetry.lines.some(({ message }) => message === "ingest: a look at some paths");
      assert.is(atSome, some, `${named}: looked at ${atSome ? "some" : "all"}`);
      const fresh = await open(repo);
      await ingest(fresh, "repo");
      const standing = ({ state }: Bench) => {
        const { configuration, dirty, commit } = state.revisions.served()[0]!;
        return { configuration, dirty, commit };
      };
      assert.equal(standing(at), standing(fresh), named);
      assert.equal(await placed(at), await placed(fresh), named);
    }
  } finally {
    repo.remove();
  }
}

const placed = async (at: Bench) =>
  (await listing(at, "repo")).map(({ file, chunks }) => [
    file.path,
    file.subsystem,
    file.tags,
    file.coverageClass,
    chunks.map(({ text }) => text),
  ]);

const write =
  (path: string, text = "one\n") =>
  (repo: TestRepo) => {
    repo.write(path, text);
    return [path];
  };
const remove = (path: string) => (repo: TestRepo) => {
  repo.delete(path);
  return [path];
};

test("a file that is the first or the last of its folder decides what the parts are", () => {
  const first = (repo: TestRepo) => {
    // The folder is there already, so that no event names it.
    mkdirSync(join(repo.root, "java/com/acme/pay"), { recursive: true });
    return write("java/com/acme/pay/Pay.java")(repo);
  };
  return follows({ "java/com/acme/shop/Shop.java": "shop\n", "java/com/acme/shop/Cart.java": "cart\n" }, [
    { named: "an edit", happens: write("java/com/acme/shop/Cart.java", "two\n"), some: true },
    { named: "one beside others", happens: write("java/com/acme/shop/Bag.java"), some: true },
    { named: "the first of a folder", happens: first, some: false },
    { named: "beside it", happens: write("java/com/acme/pay/Card.java"), some: true },
    { named: "not the last", happens: remove("java/com/acme/pay/Pay.java"), some: true },
    { named: "the last", happens: remove("java/com/acme/pay/Card.java"), some: false },
  ]);
});

test("a manifest, owners and the catalogue place other files than themselves", () =>
  follows(
    {
      "package.json": '{ "workspaces": ["one", "two"] }\n',
      "one/package.json": '{ "name": "first" }\n',
      "one/a.ts": "a\n",
      "two/b.ts": "b\n",
    },
    [
      { named: "a name", happens: write("one/package.json", '{ "name": "renamed" }\n'), some: false },
      { named: "owners", happens: write("CODEOWNERS", "/one/ @team\n"), some: false },
      {
        named: "the catalogue",
        happens: write(
          "subsystems.json",
          JSON.stringify({ subsystems: [{ name: "part", description: "d", owner: "o", paths: ["two/**"] }] }),
        ),
        some: false,
      },
      { named: "an edit", happens: write("two/b.ts", "bb\n"), some: true },
      { named: "a manifest goes", happens: remove("one/package.json"), some: false },
    ],
  ));

test("rules place other files than themselves, and a file may come to be kept out by itself", () =>
  follows({ "src/a.ts": "a\n", "src/b.ts": "b\n", "src/c.ts": "c\n" }, [
    { named: "kept out", happens: write("src/.gatewayignore", "a.ts\n"), some: false },
    { named: "an edit of what is kept out", happens: write("src/a.ts", "aa\n"), some: true },
    { named: "a secret's name beside others", happens: write("src/.env", "A=b\n"), some: true },
    { named: "let in", happens: remove("src/.gatewayignore"), some: false },
    { named: "ignored", happens: write("src/.gitignore", "d.ts\n"), some: false },
    { named: "an ignored file", happens: write("src/d.ts"), some: true },
  ]));

test("a tick that goes by HEAD runs once the root's rules changed, which Git need not track", async () => {
  const repo = makeRepo({ "a.ts": "a\n", "b.ts": "b\n" });
  try {
    const place = { sources: [{ name: "repo", path: repo.root }], statePath: join(repo.root, ".state") };
    const at = bench((await openSources({ ...place, indexUntracked: false }, never)).all());
    await ingest(at, "repo");
    assert.is(await at.ingester.unchanged("repo", never), true);
    repo.write(".gatewayignore", "a.ts\n");
    assert.is(await at.ingester.unchanged("repo", never), false);
    await ingest(at, "repo");
    assert.equal(
      (await listing(at, "repo")).map(({ file }) => file.coverageClass),
      ["excluded", "indexed"],
    );
    assert.is(await at.ingester.unchanged("repo", never), true);
  } finally {
    repo.remove();
  }
});

test.run();
