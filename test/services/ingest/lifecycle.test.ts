import { join } from "node:path";
import * as fc from "fast-check";
import { Metadata } from "nice-grpc-common";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  GetLifecycleRequest,
  GetLifecycleResponse,
  type IngestServiceImplementation,
} from "../../../gen/knowledge/v1/ingest_service.ts";
import { openSources } from "../../../src/adapters/git/mod.ts";
import { Fault, insider, type Principal } from "../../../src/domain/mod.ts";
import type { CallExtension, Source } from "../../../src/ports/mod.ts";
import { ingestService } from "../../../src/services/ingest/mod.ts";
import { makeRepo, type TestRepo } from "../../support/git-repo.ts";
import { type GraphBench, graphBench } from "./graph-bench.ts";
import { fakeSource, ingest, never, recorded } from "./harness.ts";

const test = suite("the lifecycle report");
const repos: TestRepo[] = [];
test.after(() => {
  for (const repo of repos) repo.remove();
});

function repository(files: Readonly<Record<string, string>>): TestRepo {
  const repo = makeRepo(files);
  repos.push(repo);
  return repo;
}

async function sourceOf(repo: TestRepo, name = "a"): Promise<Source> {
  const config = { sources: [{ name, path: repo.root }], indexUntracked: false, statePath: join(repo.root, ".state") };
  return (await openSources(config, never)).get(name)!;
}

type Handlers = Required<IngestServiceImplementation<CallExtension>>;

function asking(at: GraphBench) {
  const handlers = ingestService(at).implementation as Handlers;
  return async (request: Partial<GetLifecycleRequest> = {}, who: Partial<Principal> = {}) => {
    const bare = { metadata: Metadata(), peer: "", header: Metadata(), sendHeader() {}, trailer: Metadata() };
    const principal = { ...insider("command"), tokenId: "admin", ...who };
    const call = { ...bare, signal: never, principal, requestId: "request-1", log: recorded().log };
    const asked = GetLifecycleRequest.fromPartial({ source: "a", ...request });
    return GetLifecycleResponse.fromPartial((await handlers.getLifecycle(asked, call)) as object);
  };
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

/** Path and what changed, one line a document. */
const staleLines = ({ staleDocs }: GetLifecycleResponse) =>
  staleDocs.map(({ path, changedPaths }) => `${path}: ${changedPaths.join(" ")}`);

const shop: Readonly<Record<string, string>> = {
  "src/cart.ts": "export class Cart {\n  total() {\n    return 1;\n  }\n}\n",
  "src/pay.ts": "export function payNow() {\n  return 2;\n}\n",
  "src/index.ts":
    'import { Cart } from "./cart.ts";\nimport { payNow } from "./pay.ts";\nnew Cart().total();\npayNow();\n',
  "docs/cart.md": "# Cart\n\nSee [the code](../src/cart.ts).\n",
  "docs/pay.md": "# Pay\n\n## How\n\nCall `payNow` once.\n",
  "docs/free.md": "# Free\n\nAbout nothing in particular.\n",
  "README.md": "# Shop\n\nRead [cart](docs/cart.md) and [pay](docs/pay.md).\n",
};

test("a document is stale when what it describes changed in a later commit, and fresh once it changed too", async () => {
  const repo = repository(shop);
  const at = graphBench([await sourceOf(repo)]);
  const ask = asking(at);
  await ingest(at, "a");
  assert.equal(staleLines(await ask()), [], "one commit makes nothing stale");

  repo.write("src/cart.ts", `${shop["src/cart.ts"]}export const limit = 3;\n`);
  const commit = repo.commit();
  await at.clock.advance(1_000);
  await ingest(at, "a");
  const report = await ask();
  assert.equal(staleLines(report), ["docs/cart.md: src/cart.ts"]);
  const written = Number(repo.git("log", "-1", "--format=%ct", "--", "docs/cart.md")) * 1_000;
  assert.is(report.staleDocs[0]?.docUpdatedAt?.getTime(), written);
  assert.is(report.revision?.commit, commit);
  assert.is(report.generatedAt?.getTime(), at.clock.now());

  repo.write("docs/cart.md", `${shop["docs/cart.md"]}It has a limit.\n`);
  repo.write("src/pay.ts", "export function payNow() {\n  return 3;\n}\n");
  repo.commit();
  await at.clock.advance(1_000);
  await ingest(at, "a");
  assert.equal(
    staleLines(await ask()),
    ["docs/pay.md: src/pay.ts"],
    "a section names the function, and nothing else does",
  );
});

test("a name that two files have, or a plain word, says nothing; a link or a qualified name does", async () => {
  const repo = repository({
    "src/one.ts": "export class One {\n  openStore() {}\n}\n",
    "src/two.ts": "export class Two {\n  openStore() {}\n}\n",
    "docs/vague.md": "# Vague\n\nCall `openStore`.\n",
    "src/word.ts": "export function gateway() {}\n",
    "docs/word.md": "# Word\n\nStart `gateway` first.\n",
    "docs/clear.md": "# Clear\n\nCall `Two.openStore`.\n",
    "docs/self.md": "# Self\n\nSee [vague](vague.md) and [settings](../settings.json).\n",
    "settings.json": "{}\n",
  });
  repo.write("src/two.ts", "export class Two {\n  openStore() {\n    return 1;\n  }\n}\n");
  repo.write("src/word.ts", "export function gateway() {\n  return 1;\n}\n");
  repo.write("settings.json", '{ "a": 1 }\n');
  repo.write("docs/vague.md", "# Vague\n\nCall `openStore`!\n");
  repo.commit();
  repo.write("src/two.ts", "export class Two {\n  openStore() {\n    return 2;\n  }\n}\n");
  repo.commit();
  const at = graphBench([await sourceOf(repo)]);
  await ingest(at, "a");
  assert.equal(staleLines(await asking(at)()), ["docs/clear.md: src/two.ts"]);
});

test("says what git log says, whatever was edited in which order, and starts no Git process for it", async () => {
  const names = ["p", "q", "r"];
  const edit = fc.tuple(fc.constantFrom("docs", "src"), fc.constantFrom(...names));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      async (commits) => {
        const repo = makeRepo({
          ...Object.fromEntries(names.map((name) => [`src/${name}.ts`, `export function ${name}Made() {}\n`])),
          "docs/p.md": "# P\n\nSee [p](../src/p.ts) and `src/q.ts`.\n",
          "docs/q.md": "# Q\n\nSee `qMade`.\n",
          "docs/r.md": "# R\n\n## Deep\n\n### Deeper\n\nSee [r](../src/r.ts#L1).\n",
        });
        try {
          const git = await sourceOf(repo);
          let processes = 0;
          const counting =
            <A extends unknown[], R>(ask: (...args: A) => R) =>
            (...args: A): R => {
              processes += 1;
              return ask(...args);
            };
          const { list, head, commitsSince } = git;
          const counted = {
            ...git,
            list: counting(list.bind(git)),
            head: counting(head.bind(git)),
            commitsSince: counting(commitsSince.bind(git)),
          };
          const at = graphBench([counted]);
          await ingest(at, "a");
          for (const [n, edits] of commits.entries()) {
            for (const [folder, name] of edits) {
              const comment = folder === "src" ? `// ${n}\n` : `\nAgain ${n}.\n`;
              const path = `${folder}/${name}.${folder === "src" ? "ts" : "md"}`;
              repo.write(path, repo.git("show", `HEAD:${path}`) + comment);
            }
            repo.commit();
            await at.clock.advance(1_000);
            // Some commits are ingested together.
            if (n % 2 === 0 || n === commits.length - 1) await ingest(at, "a");
          }
          await at.coverage.reports("a", never);
          assert.ok(processes > 0, "an ingest asks Git");
          processes = 0;
          const report = await asking(at)();
          assert.is(processes, 0);
          const when = (path: string) => Number(repo.git("log", "-1", "--format=%ct", "--", path));
          const described = {
            "docs/p.md": ["src/p.ts", "src/q.ts"],
            "docs/q.md": ["src/q.ts"],
            "docs/r.md": ["src/r.ts"],
          };
          const wanted = Object.entries(described).flatMap(([doc, code]) => {
            const changed = code.filter((path) => when(path) > when(doc));
            return changed.length === 0 ? [] : [`${doc}: ${changed.join(" ")}`];
          });
          assert.equal(staleLines(report), wanted);
        } finally {
          repo.remove();
        }
      },
    ),
    { numRuns: 5 },
  );
});

test("subsystems with code that no test reaches are named; a test elsewhere counts, and so does one inside a file", async () => {
  const repo = repository({
    "subsystems.json": JSON.stringify({
      subsystems: ["bare", "far", "near", "inside", "words"].map((name) => ({ name, paths: [`${name}/**`] })),
    }),
    "bare/bare.ts": "export function bare() {}\n",
    "far/far.ts": "export function far() {}\n",
    "near/near.ts": "export function near() {}\n",
    "near/near.test.ts": 'import { near } from "./near.ts";\nnear();\n',
    "inside/lib.rs":
      "pub fn made() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn works() {\n        made();\n    }\n}\n",
    "words/words.md": "# Words\n",
    "test/far.test.ts": 'import { far } from "../far/far.ts";\nfar();\n',
  });
  const at = graphBench([await sourceOf(repo)]);
  await ingest(at, "a");
  assert.equal((await asking(at)()).subsystemsWithoutTests, ["bare"]);
});

test("orphans are symbols and documents that nobody refers to; tests and members are none", async () => {
  const repo = repository({
    ...shop,
    "src/unused.ts":
      "export function nobodyCalls() {\n  const inside = 1;\n}\nexport class Nobody {\n  member() {}\n}\n",
    "src/unused.test.ts": 'const apart = 1;\ntest("it works", () => {});\n',
    "api/shop.proto": 'syntax = "proto3";\npackage shop;\n\nmessage Unsent {\n  string text = 1;\n}\n',
  });
  const at = graphBench([await sourceOf(repo)]);
  await ingest(at, "a");
  assert.equal(
    (await asking(at)()).orphanNodeIds.toSorted(),
    [
      "file:a/README.md",
      "file:a/docs/free.md",
      "symbol:a/src/unused.ts#nobodyCalls",
      "symbol:a/src/unused.ts#Nobody",
      "message:shop.Unsent",
    ].sort(),
  );
});

test("what the last change removed is told, and stays told when a later report is written on the same index", async () => {
  const repo = repository(shop);
  const at = graphBench([await sourceOf(repo)]);
  const ask = asking(at);
  await ingest(at, "a");
  assert.equal((await ask()).removedPaths, []);
  repo.delete("docs/free.md");
  repo.commit();
  await at.clock.advance(1_000);
  await ingest(at, "a");
  const { tokenId, name, scope, peer } = insider("scheduler");
  await at.coverage.generate("a", { tokenId, name, scope, peer }, "r", never);
  assert.equal((await ask()).removedPaths, ["docs/free.md"]);
});

/** A source with something of everything, and more of it than a page holds. */
async function rich(): Promise<{ readonly at: GraphBench; readonly repo: TestRepo }> {
  const files: Record<string, string> = {};
  for (let i = 0; i < 7; i++) {
    files[`part${i}/code.ts`] = `export function made${i}() {}\nexport function unused${i}() {}\nmade${i}();\n`;
    files[`docs/page${i}.md`] = `# Page ${i}\n\nSee [it](../part${i}/code.ts).\n`;
    files[`old/gone${i}.md`] = "# Gone\n";
  }
  const repo = repository(files);
  const at = graphBench([await sourceOf(repo)]);
  await ingest(at, "a");
  for (let i = 0; i < 7; i++) {
    repo.write(`part${i}/code.ts`, `${files[`part${i}/code.ts`]}made${i}();\n`);
    repo.delete(`old/gone${i}.md`);
  }
  repo.commit();
  await at.clock.advance(1_000);
  await ingest(at, "a");
  return { at, repo };
}

async function allPages(ask: ReturnType<typeof asking>, pageSize: number) {
  const all = { stale: [] as string[], untested: [] as string[], removed: [] as string[], orphans: [] as string[] };
  const sizes: number[] = [];
  let pageToken = "";
  do {
    const page = await ask({ pageSize, pageToken });
    all.stale.push(...staleLines(page));
    all.untested.push(...page.subsystemsWithoutTests);
    all.removed.push(...page.removedPaths);
    all.orphans.push(...page.orphanNodeIds);
    const { staleDocs, subsystemsWithoutTests, removedPaths, orphanNodeIds } = page;
    sizes.push([staleDocs, subsystemsWithoutTests, removedPaths, orphanNodeIds].flat().length);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return { all, sizes };
}

test("pages of any size say the same, each is full but the last, and all are of the first page's generation", async () => {
  const { at, repo } = await rich();
  const ask = asking(at);
  const { all, sizes } = await allPages(ask, 0);
  assert.equal([all.stale.length, all.untested.length, all.removed.length], [7, 7, 7]);
  assert.ok(all.orphans.length >= 14);
  assert.is(sizes.length, 1, "50 a page");
  for (const pageSize of [1, 2, 7, 14, 20, 21, 22, 1_000]) {
    const paged = await allPages(ask, pageSize);
    assert.equal(paged.all, all, `${pageSize} a page`);
    assert.ok(
      paged.sizes.slice(0, -1).every((size) => size === pageSize),
      `${pageSize} a page: ${paged.sizes}`,
    );
  }
  const { nextPageToken, revision } = await ask({ pageSize: 20 });
  repo.write("part0/code.ts", "export function other() {}\n");
  repo.commit();
  await at.clock.advance(1_000);
  await ingest(at, "a");
  const second = await ask({ pageSize: 20, pageToken: nextPageToken });
  assert.is(second.revision?.generation, revision?.generation);
  assert.equal(second.removedPaths, all.removed.slice(6));
  await at.clock.advance(3_600_000);
  await at.state.revisions.expire(at.clock.now(), never);
  const gone = await faultOf(ask({ pageSize: 20, pageToken: nextPageToken }));
  assert.equal([gone.code, gone.reason], ["conflict", "GENERATION_EXPIRED"]);
});

test("what is asked wrongly, is not there, or may not be seen is refused in words that give nothing away", async () => {
  const { at } = await rich();
  const more = graphBench([...at.sources.all(), fakeSource("b", { "b.md": "b\n" })], {
    graph: at.graph,
    index: at.index,
    state: at.state,
    clock: at.clock,
  });
  const ask = asking(more);
  assert.equal((await faultOf(ask({ source: "" }))).field, "source");
  assert.equal((await faultOf(ask({ pageSize: -1 }))).field, "page_size");
  const { nextPageToken } = await ask({ pageSize: 1 });
  for (const change of [{ source: "b" }, { pageToken: `${nextPageToken}A` }])
    assert.is((await faultOf(ask({ pageToken: nextPageToken, ...change }))).field, "page_token");
  assert.is((await faultOf(ask({ pageToken: nextPageToken }, { tokenId: "other" }))).field, "page_token");
  assert.is((await faultOf(ask({ source: "b" }))).reason, "NOT_INDEXED");
  const hidden = await faultOf(ask({ source: "b" }, { sources: ["a"] }));
  const absent = await faultOf(ask({ source: "c" }, { sources: ["a"] }));
  assert.is(hidden.code, "not-found");
  assert.is(hidden.message.replaceAll("'b'", "'c'"), absent.message);
});

test.run();
