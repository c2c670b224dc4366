import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ManualClock } from "../../src/adapters/memory/mod.ts";
import type { Lease, State } from "../../src/ports/mod.ts";
import type { StateMaker } from "./job-store.ts";
import { faultOf, never, sampleRevision, sampleRun } from "./sample-run.ts";

/** The grace that the makers of this suite open their stores with, ms. */
export const grace = 600_000;

export function revisionsContract(name: string, maker: StateMaker): void {
  const test = suite(`revisions: ${name}`);
  const during = async (work: (state: State, clock: ManualClock, lease: Lease) => Promise<void>) => {
    const { state, clock, close } = await maker.open();
    try {
      const lease = (await state.leases.acquire("ingest:docs", "run-1", 60_000, never)) as Lease;
      await work(state, clock, lease);
    } finally {
      await close();
    }
  };

  test("serves what was flipped, by source name, and stores the run with it", () =>
    during(async ({ revisions, jobs }, _, lease) => {
      assert.equal(revisions.served(), []);
      await revisions.flip(sampleRevision({ source: "b" }), sampleRun({ runId: "r-b" }), lease, never);
      const run = sampleRun({ state: "succeeded", generation: 10 });
      await revisions.flip(sampleRevision({ source: "a" }), run, lease, never);
      assert.equal(
        revisions.served().map(({ source }) => source),
        ["a", "b"],
      );
      assert.equal(revisions.served()[0], sampleRevision({ source: "a" }));
      assert.equal(await jobs.run("run-1", never), run);
    }));

  test("keeps a superseded generation readable for the grace, then forgets it", () =>
    during(async ({ revisions }, clock, lease) => {
      const at = (generation: number) => revisions.readable({ source: "docs", generation })?.generation;
      await revisions.flip(sampleRevision({ generation: 10 }), sampleRun(), lease, never);
      await clock.advance(5_000);
      await revisions.flip(sampleRevision({ generation: 20 }), sampleRun(), lease, never);
      assert.equal([at(10), at(20), at(15)], [10, 20, undefined]);
      assert.equal(await revisions.expire(clock.now(), never), [{ source: "docs", generation: 10 }]);
      await clock.advance(grace - 1);
      assert.is(at(10), 10);
      await clock.advance(1);
      assert.is(at(10), undefined);
      assert.equal(await revisions.expire(clock.now(), never), [{ source: "docs", generation: 20 }]);
      assert.is(at(20), 20);
    }));

  test("a retired source is served no more, and remembered until it is forgotten", () =>
    during(async ({ revisions }, _, lease) => {
      await revisions.flip(sampleRevision({ generation: 10 }), sampleRun(), lease, never);
      await revisions.flip(sampleRevision({ generation: 20 }), sampleRun(), lease, never);
      await revisions.retire("docs", never);
      await revisions.retire("docs", never);
      assert.equal(revisions.served(), []);
      assert.is(revisions.readable({ source: "docs", generation: 10 }), undefined);
      assert.equal(await revisions.retired(never), ["docs"]);
      await revisions.forget("docs", never);
      assert.equal(await revisions.retired(never), []);
    }));

  test("refuses a generation that does not grow, and changes nothing", () =>
    during(async ({ revisions, jobs }, _, lease) => {
      await revisions.flip(sampleRevision({ generation: 10 }), sampleRun(), lease, never);
      for (const generation of [10, 9]) {
        const flip = () => revisions.flip(sampleRevision({ generation }), sampleRun({ runId: "r2" }), lease, never);
        assert.is(await faultOf(flip), "conflict GENERATION_NOT_GROWING");
      }
      assert.is(await jobs.run("r2", never), undefined);
      assert.is(revisions.served()[0]?.generation, 10);
    }));

  test("refuses a holder whose lease was lost (fencing), and changes nothing", () =>
    during(async ({ revisions, leases, jobs }, clock, lease) => {
      await clock.advance(60_000);
      const next = (await leases.acquire("ingest:docs", "run-2", 60_000, never)) as Lease;
      const flip = () => revisions.flip(sampleRevision(), sampleRun(), lease, never);
      assert.is(await faultOf(flip), "conflict LEASE_LOST");
      assert.equal(revisions.served(), []);
      assert.is(await jobs.run("run-1", never), undefined);
      await revisions.flip(sampleRevision(), sampleRun({ runId: "run-2" }), next, never);
      assert.is(revisions.served().length, 1);
    }));

  test("stops serving a retired source", () =>
    during(async ({ revisions }, _, lease) => {
      await revisions.flip(sampleRevision({ generation: 10 }), sampleRun(), lease, never);
      await revisions.flip(sampleRevision({ generation: 11 }), sampleRun(), lease, never);
      await revisions.retire("docs", never);
      assert.equal(revisions.served(), []);
      assert.is(revisions.readable({ source: "docs", generation: 10 }), undefined);
    }));

  test.run();
}
