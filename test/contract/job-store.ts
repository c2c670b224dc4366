import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ManualClock } from "../../src/adapters/memory/mod.ts";
import type { IngestProgress, PlannedFile } from "../../src/domain/mod.ts";
import type { State } from "../../src/ports/mod.ts";
import { faultOf, never, sampleRun } from "./sample-run.ts";

/** What makes a fresh store for each test, and takes it away. */
export interface StateMaker {
  open(): Promise<{ readonly state: State; readonly clock: ManualClock; close(): Promise<void> }>;
}

const day = 24 * 3_600_000;

export function jobStoreContract(name: string, maker: StateMaker): void {
  const test = suite(`job store: ${name}`);
  const during = async (work: (jobs: State["jobs"], clock: ManualClock) => Promise<void>) => {
    const { state, clock, close } = await maker.open();
    try {
      await work(state.jobs, clock);
    } finally {
      await close();
    }
  };

  test("gives a run back as it was saved, and replaces it", () =>
    during(async (jobs) => {
      assert.is(await jobs.run("run-1", never), undefined);
      assert.equal(await jobs.runsById(["run-1"], never), []);
      await jobs.saveRun(sampleRun(), never);
      assert.equal(await jobs.run("run-1", never), sampleRun());
      assert.equal(await jobs.runsById(["run-0", "run-1"], never), [sampleRun()]);
      const failed = sampleRun({ state: "failed", error: { reason: "X", message: "m", stage: "s", path: "p\n☃" } });
      await jobs.saveRun(failed, never);
      assert.equal(await jobs.run("run-1", never), failed);
    }));

  test("saves several at once, new ones and ones that are there, or none", () =>
    during(async (jobs) => {
      await jobs.saveRun(sampleRun(), never);
      const error = { reason: "X", message: "m", stage: "s", path: "p\n☃\u0000'\"" };
      const all = [sampleRun({ state: "failed", error }), sampleRun({ runId: "run-2" })];
      await jobs.saveRuns([], never);
      await jobs.saveRuns(all, never);
      assert.equal(await jobs.run("run-1", never), all[0]);
      assert.equal(await jobs.run("run-2", never), all[1]);
      const failed = await jobs.runs({ sources: [], states: ["failed"] }, "", 10, never);
      assert.equal(failed, [all[0]]);
      assert.is(
        await faultOf(() => jobs.saveRuns([sampleRun({ runId: "run-3" })], AbortSignal.abort())),
        "cancelled CANCELLED",
      );
      assert.is(await jobs.run("run-3", never), undefined);
    }));

  test("lists newest first with ties by id, filtered, and pages without gap or repeat", () =>
    during(async (jobs) => {
      const runs = Array.from({ length: 12 }, (_, i) =>
        sampleRun({
          runId: `run-${String(i).padStart(2, "0")}`,
          source: i % 3 === 0 ? "a" : "b",
          state: i % 2 === 0 ? "succeeded" : "failed",
          startedAt: 1_000 + Math.floor(i / 4),
        }),
      );
      for (const run of runs) await jobs.saveRun(run, never);
      const expected = runs.map((run) => run.runId).reverse();
      const all = await jobs.runs({ sources: [], states: [] }, "", 100, never);
      assert.equal(
        all.map((run) => run.runId),
        expected,
      );
      const paged: string[] = [];
      for (let after = ""; ; ) {
        const page = await jobs.runs({ sources: [], states: [] }, after, 5, never);
        if (page.length === 0) break;
        paged.push(...page.map((run) => run.runId));
        after = page.at(-1)!.runId;
      }
      assert.equal(paged, expected);
      const some = await jobs.runs({ sources: ["a", "none"], states: ["failed", "running"] }, "", 100, never);
      assert.equal(
        some.map((run) => run.runId),
        ["run-09", "run-03"],
      );
      assert.equal(await jobs.runs({ sources: [], states: [] }, "unknown", 5, never), []);
    }));

  test("keeps a plan 24 hours, in path order, and replaces it", () =>
    during(async (jobs, clock) => {
      const file = (path: string): PlannedFile => ({ path, action: "add", reason: "" });
      assert.is(await jobs.plan("run-1", "", 10, never), undefined);
      await jobs.savePlan("run-1", [file("old")], never);
      await jobs.savePlan("run-1", [file("b"), file("a"), file("c d\n'☃")], never);
      assert.equal(await jobs.plan("run-1", "", 2, never), [file("a"), file("b")]);
      assert.equal(await jobs.plan("run-1", "b", 10, never), [file("c d\n'☃")]);
      await jobs.savePlan("run-2", [], never);
      assert.equal(await jobs.plan("run-2", "", 10, never), []);
      await clock.advance(day);
      assert.is(await jobs.plan("run-1", "", 10, never), undefined);
    }));

  test("keeps the last event of each stage of a run 24 hours, to be read on from any", () =>
    during(async (jobs, clock) => {
      const event = (sequence: number, stage: string, filesDone = 0, runId = "run-1"): IngestProgress => ({
        ...{ sequence, stage, filesDone, filesTotal: 9, chunksDone: 0, bytesDone: 0, currentPath: "p\n☃" },
        ...{ warnings: ["w"], run: sampleRun({ runId }) },
      });
      assert.equal(await jobs.progress("run-1", 0, never), []);
      await jobs.saveProgress([event(1, "waiting"), event(2, "listing"), event(3, "indexing", 1)], never);
      await jobs.saveProgress([event(1, "waiting", 0, "run-2")], never);
      await jobs.saveProgress([event(12, "indexing", 7)], never);
      const kept = [event(1, "waiting"), event(2, "listing"), event(12, "indexing", 7)];
      assert.equal(await jobs.progress("run-1", 0, never), kept);
      assert.equal(await jobs.progress("run-1", 2, never), kept.slice(2));
      assert.equal(await jobs.progress("run-1", 12, never), []);
      await clock.advance(day);
      await jobs.saveProgress([event(2, "listing", 0, "run-2")], never);
      assert.equal(await jobs.progress("run-1", 0, never), []);
      assert.equal(await jobs.progress("run-2", 0, never), [event(2, "listing", 0, "run-2")]);
    }));

  test("keeps the first answer of a key for 24 hours", () =>
    during(async (jobs, clock) => {
      const first = { fingerprint: "f1", answer: "{}" };
      assert.is(await jobs.keptAnswer("k", never), undefined);
      assert.equal(await jobs.keepAnswer("k", first, never), first);
      assert.equal(await jobs.keepAnswer("k", { fingerprint: "f2", answer: "[]" }, never), first);
      assert.equal(await jobs.keptAnswer("k", never), first);
      await clock.advance(day);
      assert.is(await jobs.keptAnswer("k", never), undefined);
      const second = { fingerprint: "f2", answer: "[]" };
      assert.equal(await jobs.keepAnswer("k", second, never), second);
    }));

  test("does nothing for a signal that is aborted", () =>
    during(async (jobs) => {
      assert.is(await faultOf(() => jobs.saveRun(sampleRun(), AbortSignal.abort())), "cancelled CANCELLED");
      assert.is(await jobs.run("run-1", never), undefined);
    }));

  test.run();
}
