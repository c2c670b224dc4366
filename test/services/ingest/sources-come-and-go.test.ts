import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../../src/domain/mod.ts";
import type { IngestParts } from "../../../src/services/ingest/mod.ts";
import {
  bench,
  countingEmbedder,
  entries,
  type FakeSource,
  fakeSource,
  gate,
  ingest,
  listing,
  never,
  order,
  paragraphParser,
} from "./harness.ts";

const test = suite("sources come and go");

/** A set of sources that the test changes. */
function changing(first: readonly FakeSource[]): { all: FakeSource[]; sources: IngestParts["sources"] } {
  const at = { all: [...first] };
  return Object.assign(at, {
    sources: { all: () => at.all, get: (name: string) => at.all.find((source) => source.name === name) },
  });
}

const chunksOf = (
  at: { index: IngestParts["index"]; state: IngestParts["state"] },
  source: string,
  generation: number,
) => at.index.files({ source, generation }, "", 10, never);

test("a source that is configured no more is served no more, and its rows go", async () => {
  const set = changing([fakeSource("docs", { "a.md": "alpha" }), fakeSource("code", { "b.ts": "beta" })]);
  const at = bench([], { sources: set.sources });
  const { generation } = await ingest(at, "docs");
  await ingest(at, "code");
  set.all = set.all.filter(({ name }) => name === "code");
  await at.ingester.reconcile(never);
  assert.equal(
    at.state.revisions.served().map(({ source }) => source),
    ["code"],
  );
  assert.equal(await at.state.revisions.retired(never), ["docs"]);
  const upkeep = at.ingester.upkeep();
  while ((await at.state.revisions.retired(never)).length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await chunksOf(at, "docs", generation), []);
  assert.is((await listing(at, "code")).length, 1);
  const last = (await entries(at.ledger)).at(-1);
  assert.equal([last?.kind, last?.outcome, last?.source], ["config-change", "succeeded", "docs"]);
  await at.ingester.reconcile(never);
  assert.is((await entries(at.ledger)).at(-1)?.sequence, last?.sequence);
  await at.ingester.stop();
  await upkeep;
});

test("a source that comes back starts from nothing, even when its rows were not swept in between", async () => {
  const docs = fakeSource("docs", { "old.md": "old", "kept.md": "kept" });
  const set = changing([docs]);
  const at = bench([], { sources: set.sources });
  await ingest(at, "docs");
  set.all = [];
  await at.ingester.reconcile(never);
  docs.files.delete("old.md");
  set.all = [docs];
  const again = at.restarted();
  await again.ingester.reconcile(never);
  await ingest(again, "docs");
  const listed = await listing(again, "docs");
  assert.equal(
    listed.map(({ file }) => file.path),
    ["kept.md"],
  );
});

test("a run of a source that is taken out stops, and serves nothing", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const reading = gate<void>();
  docs.onRead.set("a.md", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const set = changing([docs]);
  const at = bench([], { sources: set.sources });
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reading.promise;
  set.all = [];
  await at.ingester.reconcile(never);
  const ended = await at.ingester.ended(run!.runId, never);
  assert.equal([ended.state, ended.error?.reason], ["cancelled", "SOURCE_REMOVED"]);
  assert.equal(at.state.revisions.served(), []);
});

test("superseded generations are swept without a run, once their grace is over", async () => {
  const docs = fakeSource("docs", { "a.md": "alpha" });
  const at = bench([docs]);
  const first = await ingest(at, "docs");
  docs.files.set("a.md", "beta");
  docs.commit = "c2";
  await at.clock.advance(1_000);
  await ingest(at, "docs");
  assert.is((await chunksOf(at, "docs", first.generation)).length, 1);
  await at.clock.advance(600_000);
  const upkeep = at.ingester.upkeep();
  let left = 1;
  for (let turn = 0; turn < 1_000 && left > 0; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    left = (await at.index.sweep("docs", 0, never)) + (await chunksOf(at, "docs", first.generation)).length;
  }
  assert.is(left, 0);
  await at.ingester.stop();
  await upkeep;
});

test("HEAD says that nothing is to be done only when nothing is", async () => {
  const docs = Object.assign(fakeSource("docs", { "a.md": "alpha" }), { identity: "here" });
  const at = bench([docs]);
  const unchanged = (where = at) => where.ingester.unchanged("docs", never);
  assert.is(await unchanged(), false, "never indexed");
  await ingest(at, "docs");
  assert.is(await unchanged(), true);
  let listings = 0;
  const list = docs.list;
  docs.list = (since, signal) => {
    listings += 1;
    return list(since, signal);
  };
  assert.is(await unchanged(), true);
  assert.is(listings, 0, "a look at HEAD lists nothing");

  assert.is(await unchanged(at.restarted({ maxFileBytes: 5 })), false, "another limit");
  assert.is(await unchanged(at.restarted({}, { embedder: countingEmbedder("e2") })), false, "another embedder");
  assert.is(await unchanged(at.restarted({}, { parser: paragraphParser("p2") })), false, "another chunker");
  docs.identity = "there";
  assert.is(await unchanged(), false, "another root");
  docs.identity = "here";
  docs.dirty = true;
  assert.is(await unchanged(), false, "uncommitted changes");
  await ingest(at, "docs");
  assert.is(await unchanged(), false, "still uncommitted changes");
  docs.dirty = false;
  assert.is(await unchanged(), false, "changes taken back");
  await ingest(at, "docs");
  docs.commit = "c2";
  assert.is(await unchanged(), false, "another commit");
  docs.commit = "c1";
  assert.is(await unchanged(), true);

  await at.clock.advance(1_000);
  docs.onRead.set("a.md", async () => {
    throw new Fault("unavailable", "the disk is away");
  });
  assert.is((await ingest(at, "docs", { mode: "full" })).state, "failed");
  assert.is(await unchanged(), false, "the last run failed");
  docs.onRead.clear();
  await at.clock.advance(1_000);
  await ingest(at, "docs");
  assert.is(await unchanged(), true);
});

test.run();
