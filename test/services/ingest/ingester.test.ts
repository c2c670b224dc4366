import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fault, type IngestRun } from "../../../src/domain/mod.ts";
import type { ChunkIndex, IndexWriter } from "../../../src/ports/mod.ts";
import { recover } from "../../../src/services/ingest/mod.ts";
import { faultOf, sampleEntry, sampleRun } from "../../contract/sample-run.ts";
import {
  asker,
  bench,
  countingEmbedder,
  entries,
  fakeSource,
  gate,
  ingest,
  listing,
  never,
  order,
  outcomes,
  paragraphParser,
} from "./harness.ts";

const test = suite("ingester");
const tree = () => ({
  "README.md": "# Title\n\nFirst words.\n\nSecond words.\n",
  "src/a.ts": "const a = 1;\n\nconst shared = 0;\n",
  "src/b.ts": "const b = 2;\n\nconst shared = 0;\n",
  "logo.png": "\0PNG",
  ".env": "TOKEN=x\n",
});

test("indexes a source from nothing, serves it, and says so everywhere", async () => {
  const embedder = countingEmbedder();
  const at = bench([fakeSource("docs", tree())], { embedder });
  const run = await ingest(at, "docs");
  assert.is(run.state, "succeeded", JSON.stringify(run.error));
  assert.equal(run.files, { discovered: 5, added: 3, changed: 0, removed: 0, unchanged: 0, skipped: 2 });
  assert.is(run.chunks.written, 7);
  assert.is(run.chunks.reused, 1, "a text that two files share is embedded once");
  assert.is(new Set(embedder.texts).size, 6);
  const [revision] = at.state.revisions.served();
  assert.is(revision?.generation, run.generation);
  assert.equal([revision?.files, revision?.chunks, revision?.commit], [5, 7, "c1"]);
  const classes = (await listing(at, "docs")).map(({ file }) => `${file.path} ${file.coverageClass} ${file.reason}`);
  assert.equal(classes, [
    ".env skipped SECRET",
    "README.md indexed ",
    "logo.png skipped BINARY",
    "src/a.ts indexed ",
    "src/b.ts indexed ",
  ]);
  assert.equal(await outcomes(at.ledger), ["started", "committing", "succeeded"]);
  const [started, committing, succeeded] = await entries(at.ledger);
  assert.equal([committing!.startedSequence, succeeded!.startedSequence], [started!.sequence, started!.sequence]);
  assert.equal(await at.ledger.open(never), []);
  assert.equal(await at.state.jobs.run(run.runId, never), run);
  assert.is(at.telemetry.counted.get("km_ingest_runs_total docs succeeded"), 1);
  assert.is(at.telemetry.counted.get("km_ingest_files_total docs added"), 3);
  assert.is(at.telemetry.counted.get("km_ingest_chunks_total docs written"), 7);
  const stages = at.telemetry.lines.filter(({ fields }) => fields["ingest_run_id"] === run.runId && fields["stage"]);
  assert.equal(
    stages.map(({ fields }) => fields["stage"]),
    ["waiting", "listing", "planning", "indexing", "committing", "sweeping"],
  );
});

test("edits, deletions and renames cost what changed, and leave nothing old", async () => {
  const source = fakeSource("docs", tree());
  const embedder = countingEmbedder();
  const at = bench([source], { embedder });
  await ingest(at, "docs");
  embedder.texts.length = 0;
  source.commit = "c2";
  source.files.set("src/a.ts", "const a = 3;\n\nconst shared = 0;\n");
  source.files.delete("README.md");
  source.files.set("src/c.ts", source.files.get("src/b.ts")!);
  source.files.delete("src/b.ts");
  const run = await ingest(at, "docs");
  assert.equal(run.files, { discovered: 4, added: 1, changed: 1, removed: 2, unchanged: 0, skipped: 2 });
  assert.equal(embedder.texts, ["\nconst a = 3;\n\n"], "a renamed file's passages are not embedded again");
  const texts = (await listing(at, "docs")).flatMap(({ chunks }) => chunks.map(({ text }) => text));
  assert.not.ok(texts.some((text) => text.includes("a = 1") || text.includes("words")));
  const fresh = bench([source]);
  await ingest(fresh, "docs");
  assert.equal(await listing(at, "docs"), await listing(fresh, "docs"));
});

test("a run that finds nothing to do succeeds without a generation; a new commit is served as one", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const first = await ingest(at, "docs");
  const second = await ingest(at, "docs");
  assert.equal([second.state, second.generation, second.files.unchanged], ["succeeded", 0, 3]);
  assert.is(at.state.revisions.served()[0]?.generation, first.generation);
  source.dirty = true;
  const third = await ingest(at, "docs");
  assert.ok(third.generation > first.generation);
  assert.is(at.state.revisions.served()[0]?.dirty, true);
  assert.is(third.chunks.written, 0);
});

test("a full run writes every file anew, embedding nothing twice", async () => {
  const embedder = countingEmbedder();
  const at = bench([fakeSource("docs", tree())], { embedder });
  await ingest(at, "docs");
  const before = await listing(at, "docs");
  embedder.texts.length = 0;
  const run = await ingest(at, "docs", { mode: "full" });
  assert.equal([run.state, run.files.changed, run.chunks.reused, embedder.texts.length], ["succeeded", 3, 7, 0]);
  assert.equal(await listing(at, "docs"), before);
});

test("another embedder or chunker makes the run a full one, or is refused", async () => {
  const at = bench([fakeSource("docs", tree())]);
  await ingest(at, "docs");
  const embedder = countingEmbedder("e2");
  const refusing = at.restarted({ embedderChange: "refuse" }, { embedder });
  assert.is(await faultOf(() => ingest(refusing, "docs")), "precondition EMBEDDER_CHANGED");
  assert.is((await outcomes(at.ledger)).at(-1), "refused");
  const rebuilt = await ingest(at.restarted({}, { embedder }), "docs");
  assert.equal([rebuilt.state, rebuilt.files.changed, embedder.texts.length], ["succeeded", 3, 6]);
  const cut = await ingest(at.restarted({}, { embedder, parser: paragraphParser("p2") }), "docs");
  assert.equal([cut.state, cut.files.changed], ["succeeded", 3]);
});

test("a dry run plans, keeps its plan, and touches nothing", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  await ingest(at, "docs");
  const before = await listing(at, "docs");
  const generation = at.state.revisions.served()[0]?.generation;
  source.files.set("new.md", "new\n");
  source.files.set("src/a.ts", "other\n");
  source.files.delete("src/b.ts");
  source.files.set("id_rsa", "secret");
  const run = await ingest(at, "docs", { dryRun: true });
  assert.equal([run.state, run.generation], ["planned", 0]);
  const plan = await at.state.jobs.plan(run.runId, "", 100, never);
  assert.equal(
    plan?.map(({ path, action, reason }) => `${action} ${path} ${reason}`.trim()),
    [
      "skip .env SECRET",
      "skip id_rsa SECRET",
      "skip logo.png BINARY",
      "add new.md",
      "change src/a.ts",
      "remove src/b.ts",
    ],
  );
  assert.is(at.state.revisions.served()[0]?.generation, generation);
  assert.equal(await listing(at, "docs"), before);
  const [started, planned] = (await entries(at.ledger)).slice(-2);
  assert.equal([started!.outcome, planned!.outcome], ["started", "planned"]);
  assert.is(planned!.details["dry_run"], "true");
  assert.is(at.telemetry.counted.get("km_ingest_runs_total docs planned"), 1);
});

test("one run a source: another is refused and names it, and an order starts all or none", async () => {
  const slow = fakeSource("slow", { "a.md": "a\n" });
  const held = gate<Uint8Array>();
  slow.onRead.set("a.md", () => held.promise);
  const at = bench([slow, fakeSource("free", { "b.md": "b\n" })]);
  const [first] = await at.ingester.start(order(["slow"]), never);
  try {
    await at.ingester.start(order(["free", "slow"]), never);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.equal([error.code, error.reason, error.metadata["run_id"]], ["conflict", "INGEST_BUSY", first!.runId]);
  }
  assert.is((await at.state.jobs.runs({ sources: ["free"], states: [] }, "", 10, never)).length, 0);
  const free = await ingest(at, "free");
  assert.is(free.state, "succeeded", "what was withdrawn holds no lease");
  held.resolve(new TextEncoder().encode("a\n"));
  assert.is((await at.ingester.ended(first!.runId, never)).state, "succeeded");
  assert.equal(await at.ledger.open(never), []);
});

test("a cancelled run ends as such and leaves the served generation", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const { generation } = await ingest(at, "docs");
  const before = await listing(at, "docs");
  const reading = gate<void>();
  source.files.set("src/a.ts", "changed\n");
  source.onRead.set("src/a.ts", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reading.promise;
  const ended = await at.ingester.cancel(run!.runId, asker, never);
  assert.equal([ended.state, ended.generation], ["cancelled", 0]);
  assert.is(at.state.revisions.served()[0]?.generation, generation);
  assert.equal(await listing(at, "docs"), before);
  const [asked, closing] = (await entries(at.ledger)).slice(-2);
  assert.equal([asked!.outcome, asked!.actor, asked!.requestId], ["cancelled", asker.actor, asker.requestId]);
  assert.equal([asked!.run?.runId, asked!.run?.state, asked!.startedSequence], [run!.runId, "running", 0]);
  assert.equal([closing!.outcome, closing!.actor], ["cancelled", run!.actor]);
  const told = (await outcomes(at.ledger)).length;
  assert.equal(await at.ingester.cancel(run!.runId, asker, never), ended, "cancelling again changes nothing");
  assert.is((await outcomes(at.ledger)).length, told, "and is not told again");
  source.onRead.clear();
  assert.is((await ingest(at, "docs")).state, "succeeded");
});

test("a cancel that the ledger can't record stops nothing", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const [reading, goOn] = [gate<void>(), gate<Uint8Array>()];
  source.onRead.set("src/a.ts", () => {
    reading.resolve();
    return goOn.promise;
  });
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reading.promise;
  const { append } = at.ledger;
  at.ledger.append = async () => {
    throw new Fault("unavailable", "the ledger is away");
  };
  assert.is(await faultOf(() => at.ingester.cancel(run!.runId, asker, never)), "unavailable UNAVAILABLE");
  at.ledger.append = append;
  goOn.resolve(new TextEncoder().encode("a\n"));
  assert.is((await at.ingester.ended(run!.runId, never)).state, "succeeded");
});

/** An index whose writer fails at one of its methods. */
function failing(index: ChunkIndex, method: keyof IndexWriter | "begin", fault: Error): ChunkIndex {
  return new Proxy(index, {
    get(target, name, receiver) {
      if (name !== "begin") return Reflect.get(target, name, receiver);
      return async (...args: Parameters<ChunkIndex["begin"]>) => {
        if (method === "begin") throw fault;
        const writer = await target.begin(...args);
        return { ...writer, [method]: () => Promise.reject(fault) };
      };
    },
  });
}

for (const step of ["begin", "known", "put", "touch", "remove", "commit"] as const)
  test(`a store that fails at ${step} fails the run by name and leaves the served generation`, async () => {
    const source = fakeSource("docs", tree());
    const at = bench([source]);
    const { generation } = await ingest(at, "docs");
    const before = await listing(at, "docs");
    source.commit = "c2";
    source.files.set("src/a.ts", "changed\n");
    source.files.delete("src/b.ts");
    const full = new Fault("exhausted", "the disk is full", { reason: "DISK_FULL" });
    const broken = at.restarted({}, { index: failing(at.index, step, full) });
    const run = await ingest(broken, "docs");
    assert.equal([run.state, run.error?.reason, run.generation], ["failed", "DISK_FULL", 0]);
    assert.is(run.error?.stage, step === "commit" ? "committing" : "indexing");
    if (step === "put") assert.is(run.error?.path, "src/a.ts");
    if (step === "remove") assert.is(run.error?.path, "src/b.ts");
    assert.is(at.state.revisions.served()[0]?.generation, generation);
    assert.equal(await listing(at, "docs"), before);
    assert.is((await outcomes(at.ledger)).at(-1), "failed");
    assert.is((await ingest(at, "docs")).state, "succeeded", "the next run completes");
  });

test("errors that are no Fault reach the log, not the caller", async () => {
  const source = fakeSource("docs", tree());
  source.onRead.set("src/a.ts", () => Promise.reject(new Error("/home/secret/path exploded")));
  const at = bench([source]);
  const run = await ingest(at, "docs");
  assert.equal([run.state, run.error?.reason, run.error?.path], ["failed", "INTERNAL", "src/a.ts"]);
  assert.not.ok(JSON.stringify(run).includes("exploded"));
  assert.ok(at.telemetry.lines.some(({ level }) => level === "error"));
});

test("nothing runs that the ledger can't record", async () => {
  const at = bench([fakeSource("docs", tree())]);
  const down = new Fault("unavailable", "down", { reason: "LEDGER_UNAVAILABLE" });
  const ledger = { ...at.ledger, append: () => Promise.reject(down) };
  const broken = at.restarted({}, { ledger });
  assert.is(await faultOf(() => ingest(broken, "docs")), "unavailable LEDGER_UNAVAILABLE");
  assert.equal(at.state.revisions.served(), []);
  assert.is((await ingest(at, "docs")).state, "succeeded", "its lease is free again");
});

test("a folder that had files and is empty loses none of them, a plain one as little; a full run means it", async () => {
  for (const commit of ["c1", ""]) {
    const source = fakeSource("docs", tree());
    source.commit = commit;
    const at = bench([source]);
    const { generation } = await ingest(at, "docs");
    const before = await listing(at, "docs");
    await at.clock.advance(1);
    source.commit = "";
    source.files.clear();
    const run = await ingest(at, "docs");
    assert.equal([run.state, run.error?.reason], ["failed", "SOURCE_GONE"]);
    assert.is(at.state.revisions.served()[0]?.generation, generation);
    assert.equal(await listing(at, "docs"), before);
    assert.is((await ingest(at, "docs", { mode: "full" })).state, "succeeded");
    assert.is(at.state.revisions.served()[0]?.files, 0);
  }
});

test("what the ledger can't be committed to is not served: the generation before it is", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const { generation } = await ingest(at, "docs");
  const before = await listing(at, "docs");
  await at.clock.advance(1);
  source.files.set("src/a.ts", "changed\n");
  source.commit = "c2";
  const { append } = at.ledger;
  at.ledger.append = async (entry, signal) => {
    if (entry.outcome !== "committing") return append(entry, signal);
    throw new Fault("unavailable", "down", { reason: "LEDGER_UNAVAILABLE" });
  };
  const run = await ingest(at, "docs");
  assert.equal([run.state, run.error?.reason, run.generation], ["failed", "LEDGER_UNAVAILABLE", 0]);
  assert.is(at.state.revisions.served()[0]?.generation, generation);
  assert.equal(await listing(at, "docs"), before);
  assert.equal((await outcomes(at.ledger)).slice(-2), ["started", "failed"]);
  at.ledger.append = append;
  assert.is((await ingest(at, "docs")).state, "succeeded");
});

test("a run whose lease another took can't serve what it wrote", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const reading = gate<void>();
  const resume = gate<Uint8Array>();
  source.onRead.set("src/a.ts", () => {
    reading.resolve();
    return resume.promise;
  });
  // Its heartbeats don't come through, as those of a paused process.
  const leases = { ...at.state.leases, renew: async () => {} };
  const paused = at.restarted({}, { state: { ...at.state, leases } });
  const [run] = await paused.ingester.start(order(["docs"]), never);
  await reading.promise;
  await at.clock.advance(60_000);
  await at.state.leases.acquire("ingest:docs", "another", 60_000, never);
  resume.resolve(new TextEncoder().encode(source.files.get("src/a.ts")));
  const ended = await paused.ingester.ended(run!.runId, never);
  assert.equal([ended.state, ended.error?.reason], ["failed", "LEASE_LOST"]);
  assert.equal(at.state.revisions.served(), []);
});

test("a lost lease stops the run at its next heartbeat", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const reading = gate<void>();
  source.onRead.set("src/a.ts", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reading.promise;
  await at.state.leases.acquire("ingest:docs", run!.runId, 60_000, never);
  await at.clock.advance(10_000);
  const ended = await at.ingester.ended(run!.runId, never);
  assert.equal([ended.state, ended.error?.reason], ["failed", "LEASE_LOST"]);
});

test("a file that vanishes is missing, one that can't be read is skipped; the run goes on", async () => {
  const source = fakeSource("docs", tree());
  source.onRead.set("src/a.ts", () => Promise.reject(new Fault("not-found", "gone")));
  source.onRead.set("src/b.ts", () => Promise.reject(new Fault("precondition", "no", { reason: "UNREADABLE" })));
  const at = bench([source]);
  const run = await ingest(at, "docs");
  assert.equal([run.state, run.files.skipped, run.files.added], ["succeeded", 4, 1]);
  const reasons = (await listing(at, "docs")).map(({ file }) => file.reason);
  assert.equal(reasons, ["SECRET", "", "BINARY", "MISSING", "UNREADABLE"]);
  source.onRead.clear();
  const next = await ingest(at, "docs");
  assert.equal([next.files.changed, next.files.skipped], [2, 2], "they are tried again");
});

test("a file that changes while it is read is indexed as it settles, and looked at again", async () => {
  const source = fakeSource("docs", { "a.md": "old\n" });
  const readings = ["half", "more\n", "whole\n"];
  source.onRead.set("a.md", async () => new TextEncoder().encode(readings.shift() ?? "whole\n"));
  const at = bench([source]);
  await ingest(at, "docs");
  assert.equal(
    (await listing(at, "docs")).map(({ chunks }) => chunks[0]?.text),
    ["whole\n"],
  );
  source.onRead.clear();
  await ingest(at, "docs");
  assert.is((await listing(at, "docs"))[0]?.chunks[0]?.text, "old\n");
});

test("superseded generations are swept once their grace is over", async () => {
  const source = fakeSource("docs", { "a.md": "one\n" });
  const at = bench([source]);
  const first = await ingest(at, "docs");
  const file = (generation: number) => at.index.file({ source: "docs", generation }, "a.md", never);
  source.files.set("a.md", "two\n");
  await ingest(at, "docs");
  assert.is((await file(first.generation))?.chunks[0]?.text, "one\n", "readable within the grace");
  await at.clock.advance(600_000);
  source.files.set("a.md", "three\n");
  await ingest(at, "docs");
  await at.ingester.stop();
  assert.is(await file(first.generation), undefined);
});

test("watchers get every event in order, resume where they were, and see the end", async () => {
  const files = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}.md`, `text ${i}\n`]));
  const at = bench([fakeSource("docs", files)]);
  const [run] = await at.ingester.start(order(["docs"]), never);
  const seen: number[] = [];
  for await (const event of at.ingester.watch(run!.runId, 0, never)) {
    seen.push(event.sequence);
    assert.ok(event.filesDone <= event.filesTotal);
  }
  assert.equal(
    seen,
    seen.map((_, i) => i + 1),
  );
  const tail: string[] = [];
  for await (const event of at.ingester.watch(run!.runId, seen.length - 2, never)) tail.push(event.run.state);
  assert.equal(tail.length, 2);
  assert.is(tail.at(-1), "succeeded");
  const elsewhere = at.restarted();
  const stored: string[] = [];
  for await (const event of elsewhere.ingester.watch(run!.runId, 0, never)) stored.push(event.run.state);
  assert.equal(stored, ["succeeded"], "a run of a former process gives its end");
  assert.is(await faultOf(() => at.ingester.cancel("no-such-run", asker, never)), "not-found NOT_FOUND");
});

test("stopping cancels what runs, waits for it, and starts nothing more", async () => {
  const source = fakeSource("docs", tree());
  const reading = gate<void>();
  source.onRead.set("src/a.ts", (signal) => {
    reading.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const at = bench([source]);
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reading.promise;
  await at.ingester.stop();
  const stored = await at.state.jobs.run(run!.runId, never);
  assert.equal([stored?.state, stored?.error?.reason], ["cancelled", "SHUTDOWN"]);
  assert.is(await faultOf(() => ingest(at, "docs")), "unavailable UNAVAILABLE");
  assert.equal(await at.ledger.open(never), []);
});

test("a backup that was killed is closed by a start once it can't be running any more", async () => {
  const at = bench([]);
  const { actor, requestId } = asker;
  const begun = { kind: "backup", outcome: "started", actor, requestId, source: "", run: undefined } as const;
  await at.ledger.append({ ...begun, details: { folder: "/copy" }, startedSequence: 0 }, never);
  const settings = { dryRun: false, maxFileBytes: 1, embedderChange: "rebuild", onStart: "off" } as const;
  await at.clock.advance(3_599_999);
  await recover(at, settings, never);
  assert.equal(await outcomes(at.ledger), ["started"], "it may be copying");
  await at.clock.advance(1);
  await recover(at, settings, never);
  const closed = (await entries(at.ledger)).at(-1)!;
  assert.equal([closed.kind, closed.outcome, closed.startedSequence], ["backup", "interrupted", 1]);
  assert.equal([closed.actor, closed.details], [actor, { folder: "/copy" }]);
  assert.equal(await at.ledger.open(never), []);
});

test("a start closes thousands of entries in a transaction for each thousand", async () => {
  const at = bench([]);
  const open = 2_500;
  const left = Array.from({ length: open }, (_, n) => sampleEntry({ run: sampleRun({ runId: `run-${n}` }) }));
  await at.ledger.appendAll(left, never);
  const asked: string[] = [];
  const watched = <T extends object>(store: T) =>
    new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          asked.push(String(name));
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  const state = { ...at.state, jobs: watched(at.state.jobs) };
  const next = at.restarted({}, { ledger: watched(at.ledger), state });
  await recover(next, { dryRun: false, maxFileBytes: 1, embedderChange: "rebuild", onStart: "off" }, never);
  assert.equal(asked, ["runs", "open", ...Array.from({ length: 3 }, () => ["runsById", "appendAll"]).flat()]);
  assert.equal(await at.ledger.open(never), []);
  const closed = await at.ledger.read(open, 500, undefined, never);
  assert.ok(
    closed.every(
      ({ outcome, startedSequence, sequence }) => `${outcome} ${startedSequence}` === `interrupted ${sequence - open}`,
    ),
  );
});

test("a start ends thousands of runs that were left in a transaction for each thousand", async () => {
  const at = bench([]);
  const left = 2_500;
  const runs = Array.from({ length: left }, (_, n) => sampleRun({ runId: `run-${n}`, state: "running" }));
  await at.state.jobs.saveRuns(runs, never);
  let written = 0;
  const jobs = {
    ...at.state.jobs,
    saveRun: () => Promise.reject(new Error("one at a time")),
    saveRuns: (some: readonly IngestRun[], signal: AbortSignal) => {
      written += 1;
      return at.state.jobs.saveRuns(some, signal);
    },
  };
  const next = at.restarted({}, { state: { ...at.state, jobs } });
  await recover(next, { dryRun: false, maxFileBytes: 1, embedderChange: "rebuild", onStart: "off" }, never);
  assert.is(written, 3);
  const ended = await at.state.jobs.runsById(
    runs.map(({ runId }) => runId),
    never,
  );
  assert.is(ended.length, left);
  assert.ok(ended.every(({ state, error }) => state === "failed" && error?.reason === "INTERRUPTED"));
});

test("a start sets right what a dead process left", async () => {
  const source = fakeSource("docs", tree());
  const at = bench([source]);
  const reading = gate<void>();
  source.onRead.set("src/a.ts", () => {
    reading.resolve();
    return new Promise(() => {});
  });
  const [run] = await at.ingester.start(order(["docs"]), never);
  await reading.promise;
  // The process is gone: nothing of it ever ends. One that had flipped but not closed its entry is there too.
  const flipped = sampleRun({ runId: "flipped", state: "succeeded" });
  const entry = { ...(await entries(at.ledger))[0]!, run: sampleRun({ runId: "flipped" }) };
  await at.ledger.append(entry, never);
  await at.state.jobs.saveRun(flipped, never);

  const next = at.restarted({}, { index: bench([]).index });
  await recover(next, { dryRun: false, maxFileBytes: 1, embedderChange: "rebuild", onStart: "off" }, never);
  const left = await at.state.jobs.run(run!.runId, never);
  assert.equal([left?.state, left?.error?.reason], ["failed", "INTERRUPTED"]);
  assert.equal(await outcomes(at.ledger), ["started", "started", "interrupted", "succeeded"]);
  assert.equal(await at.ledger.open(never), []);
  source.onRead.clear();
  assert.is((await ingest(next, "docs")).state, "succeeded", "its lease was taken back");
});

test.run();
