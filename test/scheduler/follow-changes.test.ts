import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../src/domain/mod.ts";
import type { Lease, Touched } from "../../src/ports/mod.ts";
import { followChanges } from "../../src/scheduler/mod.ts";
import { type Bench, bench, type FakeSource, fakeSource, gate, ingest, never } from "../services/ingest/harness.ts";

const test = suite("following changes");

/** A source whose changes the test tells of. */
function watched(name: string, files: Record<string, string> = { "a.md": "alpha" }) {
  const source = fakeSource(name, files);
  const told = { changed: (_: Touched) => {}, trouble: (_: Fault) => {}, ended: false };
  const watch: FakeSource["watch"] = async (changed, trouble, signal) => {
    Object.assign(told, { changed, trouble });
    signal.addEventListener("abort", () => {
      told.ended = true;
    });
  };
  return { source: Object.assign(source, { watch }), told };
}

/** Lets everything that can happen without time happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const runsOf = async (at: Bench) => (await at.state.jobs.runs({ sources: [], states: [] }, "", 100, never)).length;

test("a burst of changes is one run, once it has been quiet", async () => {
  const { source, told } = watched("docs");
  const at = bench([source]);
  await ingest(at, "docs");
  const follower = followChanges(at, { enabled: true, debounceMs: 2_000 });
  follower.refresh();
  await settle();
  source.files.set("a.md", "beta");
  source.dirty = true;
  for (let i = 0; i < 5; i += 1) {
    told.changed("anything");
    await settle();
    await at.clock.advance(1_000);
  }
  assert.is(await runsOf(at), 1);
  await at.clock.advance(1_000);
  await settle();
  assert.is(await runsOf(at), 2);
  const [run] = await at.state.jobs.runs({ sources: [], states: [] }, "", 1, never);
  assert.equal([run?.trigger, run?.mode, run?.state, run?.files.changed], ["watch", "incremental", "succeeded", 1]);
  await at.clock.advance(60_000);
  await settle();
  assert.is(await runsOf(at), 2);
  await follower.idle();
  assert.ok(told.ended);
});

test("a tree that is never quiet gets its run all the same, and an event without a change gets none", async () => {
  const { source, told } = watched("docs");
  const at = bench([source]);
  await ingest(at, "docs");
  const follower = followChanges(at, { enabled: true, debounceMs: 2_000 });
  follower.refresh();
  await settle();
  told.changed("anything");
  await settle();
  await at.clock.advance(2_000);
  await settle();
  assert.is(await runsOf(at), 1, "HEAD is what is served");
  source.dirty = true;
  for (let second = 0; second <= 20; second += 1) {
    told.changed("anything");
    await settle();
    await at.clock.advance(1_000);
  }
  await settle();
  assert.is(await runsOf(at), 2);
  await follower.idle();
});

test("changes during a run are one more run after it; another's run is waited for", async () => {
  const { source, told } = watched("docs");
  const reading = gate<void>();
  const at = bench([source]);
  const follower = followChanges(at, { enabled: true, debounceMs: 1_000 });
  follower.refresh();
  await settle();
  source.dirty = true;
  source.onRead.set("a.md", async () => {
    await reading.promise;
    return new TextEncoder().encode("alpha");
  });
  const quiet = async () => {
    await settle();
    await at.clock.advance(1_000);
    await settle();
  };
  told.changed("anything");
  await quiet();
  for (let i = 0; i < 100; i += 1) told.changed("anything");
  await quiet();
  assert.is(await runsOf(at), 1);
  reading.resolve();
  source.onRead.clear();
  await quiet();
  await quiet();
  assert.is(await runsOf(at), 2);

  const held = (await at.state.leases.acquire("ingest:docs", "elsewhere", 3_600_000, never)) as Lease;
  told.changed("anything");
  await quiet();
  assert.is(await runsOf(at), 2);
  await at.state.leases.release(held);
  await quiet();
  await quiet();
  assert.is(await runsOf(at), 3);
  await follower.idle();
});

/** A source that can be looked at in part, as long as nothing else looked meanwhile; each look is noted. */
function lookedAt() {
  const { source, told } = watched("docs", { "a.md": "alpha", "b.md": "beta" });
  const looks: (readonly string[] | "all")[] = [];
  let mark = 0;
  const whole = source.list;
  Object.assign(source, {
    list: async (since: string, signal: AbortSignal) => {
      looks.push("all");
      mark += 1;
      return { ...(await whole(since, signal)), mark };
    },
    listSome: async (paths: readonly string[], since: number, signal: AbortSignal) => {
      if (since !== mark) return undefined;
      looks.push(paths);
      mark += 1;
      const { head, files } = await whole("", signal);
      const some = files.filter(({ path }) => paths.includes(path));
      return { head, files: some, absent: paths.filter((path) => !source.files.has(path)), mark };
    },
  });
  return { source, told, looks };
}

/** A source that was indexed, and is followed. */
async function followed() {
  const { source, told, looks } = lookedAt();
  const at = bench([source]);
  await ingest(at, "docs");
  await ingest(at, "docs");
  const follower = followChanges(at, { enabled: true, debounceMs: 1_000 });
  follower.refresh();
  await settle();
  source.dirty = true;
  return { source, told, looks, at, follower };
}

test("a run looks at what was touched alone, once all was looked at since watching began", async () => {
  const { source, told, looks, at, follower } = await followed();
  const save = async (files: Record<string, string>, touched: Touched) => {
    looks.length = 0;
    for (const [path, text] of Object.entries(files)) source.files.set(path, text);
    told.changed(touched);
    await settle();
    await at.clock.advance(1_000);
    await settle();
    return looks.splice(0);
  };
  assert.equal(await save({ "a.md": "one" }, ["a.md"]), ["all"], "what changed before watching began nobody told");
  assert.equal(await save({ "a.md": "two" }, ["a.md"]), [["a.md"]]);
  const [run] = await at.state.jobs.runs({ sources: [], states: [] }, "", 1, never);
  const counts = { discovered: 2, added: 0, changed: 1, removed: 0, unchanged: 1, skipped: 0 };
  assert.equal([run?.trigger, run?.state, run?.files], ["watch", "succeeded", counts]);
  const runs = await runsOf(at);
  assert.equal(await save({}, ["a.md", "a.md.swp"]), [["a.md", "a.md.swp"]]);
  assert.is(await runsOf(at), runs, "nothing differs: a look, and no run");
  assert.equal(await save({ "b.md": "three" }, "anything"), ["all"]);
  await ingest(at, "docs");
  assert.equal(await save({ "b.md": "four" }, ["b.md"]), [["b.md"]], "after another's run too");
  const storm = Array.from({ length: 5_000 }, (_, n) => `made-${n}.md`);
  assert.equal(await save({ "b.md": "five" }, storm), ["all"], "so many that all are sooner looked at");
  told.trouble(new Fault("exhausted", "no more watches", { reason: "WATCH_LIMIT" }));
  assert.equal(await save({ "a.md": "six" }, ["a.md"]), ["all"], "what is not watched is not told");
  await follower.idle();
});

test("what a run that failed did not index is found by the next, which looks at everything", async () => {
  const { source, told, looks } = lookedAt();
  const at = bench([source]);
  await ingest(at, "docs");
  const follower = followChanges(at, { enabled: true, debounceMs: 1_000 });
  follower.refresh();
  await settle();
  source.dirty = true;
  const save = async (path: string, text: string) => {
    source.files.set(path, text);
    told.changed([path]);
    await settle();
    await at.clock.advance(1_000);
    await settle();
  };
  await save("a.md", "one");
  source.onRead.set("a.md", async () => {
    throw new Error("the disk is away");
  });
  await save("a.md", "two");
  source.onRead.clear();
  looks.length = 0;
  await save("b.md", "three");
  assert.equal(looks, ["all"]);
  const [run] = await at.state.jobs.runs({ sources: [], states: [] }, "", 1, never);
  assert.equal([run?.state, run?.files.changed], ["succeeded", 2]);
  await follower.idle();
});

test("a storm of events costs one look and one run", async () => {
  const { told, looks, at, follower } = await followed();
  const runs = await runsOf(at);
  looks.length = 0;
  for (let n = 0; n < 20_000; n += 1) told.changed([`made-${n % 300}.md`]);
  await settle();
  await at.clock.advance(1_000);
  await settle();
  assert.equal([await runsOf(at), looks.length], [runs + 1, 1]);
  await follower.idle();
});

test("what can't be watched is a warning with its remedy, once, and ends nothing", async () => {
  const { source, told } = watched("docs");
  const broken = Object.assign(fakeSource("gone", {}), {
    watch: () => Promise.reject(new Fault("precondition", "the folder is not there")),
  });
  const at = bench([source, broken]);
  const follower = followChanges(at, { enabled: true, debounceMs: 1_000 });
  follower.refresh();
  await settle();
  const limit = new Fault("exhausted", "raise fs.inotify.max_user_watches", { reason: "WATCH_LIMIT" });
  told.trouble(limit);
  told.trouble(limit);
  const warned = at.telemetry.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
  assert.is(warned.length, 2);
  assert.ok(warned.includes("raise fs.inotify.max_user_watches"));
  assert.ok(warned.some((message) => message.startsWith("the folder is not there")));
  await follower.idle();
});

test("sources that are taken out are followed no more, and nothing is followed when it is off", async () => {
  const [docs, code] = [watched("docs"), watched("code")];
  const all = [docs.source];
  const at = bench([], { sources: { all: () => all, get: (name) => all.find((one) => one.name === name) } });
  const follower = followChanges(at, { enabled: true, debounceMs: 1_000 });
  follower.refresh();
  await settle();
  all.splice(0, 1, code.source);
  follower.refresh();
  await settle();
  assert.equal([docs.told.ended, code.told.ended], [true, false]);
  await follower.idle();
  const off = followChanges(at, { enabled: false, debounceMs: 1_000 });
  all.splice(0, 1, watched("other").source);
  off.refresh();
  await off.idle();
});

test.run();
