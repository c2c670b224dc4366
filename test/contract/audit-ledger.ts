import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ManualClock } from "../../src/adapters/memory/mod.ts";
import type { AuditFilter, AuditLedger } from "../../src/ports/mod.ts";
import { faultOf, never, sampleEntry, sampleRun } from "./sample-run.ts";

export interface LedgerMaker {
  open(): Promise<{ readonly ledger: AuditLedger; readonly clock: ManualClock; close(): Promise<void> }>;
}

const anything: AuditFilter = {
  kinds: [],
  outcomes: [],
  actor: "",
  source: "",
  runId: "",
  since: 0,
  until: 0,
  visible: undefined,
};

export function auditLedgerContract(name: string, maker: LedgerMaker): void {
  const test = suite(`audit ledger: ${name}`);
  const during = async (work: (ledger: AuditLedger, clock: ManualClock) => Promise<void>) => {
    const { ledger, clock, close } = await maker.open();
    try {
      await work(ledger, clock);
    } finally {
      await close();
    }
  };

  test("numbers entries from 1 without gaps and gives them back whole", () =>
    during(async (ledger, clock) => {
      const at = clock.now();
      const appended = await Promise.all([1, 2, 3].map(() => ledger.append(sampleEntry(), never)));
      assert.equal(
        appended.map(({ sequence }) => sequence),
        [1, 2, 3],
      );
      const { previousHash, hash, ...second } = (await ledger.get(2, never))!;
      assert.equal(second, { ...sampleEntry(), sequence: 2, recordedAt: at });
      assert.equal([previousHash, hash], [appended[0]?.hash, appended[1]?.hash]);
      assert.is(appended[0]?.previousHash, "0".repeat(64));
      assert.is(await ledger.get(4, never), undefined);
      assert.is(await ledger.get(0, never), undefined);
    }));

  test("lists newest first, below a sequence, within a limit, by every filter", () =>
    during(async (ledger, clock) => {
      const start = clock.now();
      await ledger.append(sampleEntry({ outcome: "started" }), never);
      await clock.advance(1_000);
      const failed = sampleEntry({ outcome: "failed", source: "code", run: sampleRun({ runId: "run-2" }) });
      await ledger.append(failed, never);
      await clock.advance(1_000);
      const token = { tokenId: "t2", name: "n", scope: "maintainer", peer: "" } as const;
      await ledger.append(
        sampleEntry({ kind: "token-issued", outcome: "succeeded", source: "", run: undefined, actor: token }),
        never,
      );
      const list = async (change: Partial<AuditFilter>, before = 0, limit = 10) =>
        (await ledger.list({ ...anything, ...change }, before, limit, never)).map(({ sequence }) => sequence);
      assert.equal(await list({}), [3, 2, 1]);
      assert.equal(await list({}, 3, 1), [2]);
      assert.equal(await list({ kinds: ["token-issued", "backup"] }), [3]);
      assert.equal(await list({ outcomes: ["failed", "started"] }), [2, 1]);
      assert.equal(await list({ actor: "t2" }), [3]);
      assert.equal(await list({ source: "code" }), [2]);
      assert.equal(await list({ runId: "run-2" }), [2]);
      assert.equal(await list({ since: start + 1_000 }), [3, 2]);
      assert.equal(await list({ until: start + 1_000 }), [1]);
      assert.equal(await list({ visible: ["code"] }), [2]);
      assert.equal(await list({ visible: [] }), []);
      assert.equal(await list({ visible: ["", "docs"] }), [1]);
    }));

  test("reads oldest first after a sequence, within a limit, what may be seen", () =>
    during(async (ledger) => {
      for (const source of ["docs", "", "code", "docs"]) await ledger.append(sampleEntry({ source }), never);
      const read = async (after: number, limit: number, visible?: readonly string[]) =>
        (await ledger.read(after, limit, visible, never)).map(({ sequence }) => sequence);
      assert.equal(await read(0, 500), [1, 2, 3, 4]);
      assert.equal(await read(1, 2), [2, 3]);
      assert.equal(await read(4, 2), []);
      assert.equal(await read(0, 500, ["docs", ""]), [1, 4]);
      assert.equal(await read(0, 500, []), []);
    }));

  test("verifies what was appended, whole and in part", () =>
    during(async (ledger) => {
      const empty = await ledger.verify(0, 0, never);
      assert.equal([empty.intact, empty.checked, empty.headSequence], [true, 0, 0]);
      for (let i = 0; i < 5; i += 1) await ledger.append(sampleEntry(), never);
      const whole = await ledger.verify(0, 0, never);
      const { hash } = (await ledger.get(5, never))!;
      assert.equal(whole, { intact: true, checked: 5, headSequence: 5, headHash: hash, firstBad: 0, problem: "" });
      assert.is((await ledger.verify(2, 4, never)).checked, 3);
      assert.is((await ledger.verify(4, 99, never)).checked, 2);
      assert.is((await ledger.verify(9, 0, never)).checked, 0);
    }));

  test("retention lets the oldest go under a checkpoint, never the newest, and the rest verifies", () =>
    during(async (ledger, clock) => {
      for (let i = 0; i < 4; i += 1) {
        await ledger.append(sampleEntry(), never);
        await clock.advance(1_000);
      }
      const start = clock.now() - 4_000;
      assert.is(await ledger.prune(start, never), 0);
      assert.is(await ledger.prune(start + 2_000, never), 2);
      assert.is(await ledger.get(2, never), undefined);
      const checkpoint = (await ledger.get(5, never))!;
      assert.equal([checkpoint.kind, checkpoint.details["pruned_to"]], ["retention", "2"]);
      assert.equal(
        (await ledger.read(0, 10, undefined, never)).map(({ sequence }) => sequence),
        [3, 4, 5],
      );
      const after = await ledger.verify(0, 0, never);
      assert.equal([after.intact, after.checked, after.headSequence], [true, 3, 5]);
      assert.is((await ledger.append(sampleEntry(), never)).sequence, 6);
      await clock.advance(1_000);
      assert.is(await ledger.prune(clock.now() + 1, never), 3);
      const last = await ledger.verify(1, 0, never);
      assert.equal([last.intact, last.checked, last.headSequence], [true, 2, 7]);
    }));

  test("appends several as one after the other would be, chained and found", () =>
    during(async (ledger) => {
      await ledger.append(sampleEntry(), never);
      const all = [sampleEntry(), sampleEntry({ outcome: "interrupted", startedSequence: 1 })];
      const appended = await ledger.appendAll(all, never);
      assert.equal(
        appended.map(({ sequence, outcome }) => [sequence, outcome]),
        [
          [2, "started"],
          [3, "interrupted"],
        ],
      );
      assert.equal(await ledger.read(1, 10, undefined, never), appended);
      const { intact, checked } = await ledger.verify(0, 0, never);
      assert.equal([intact, checked], [true, 3]);
      assert.is(await faultOf(() => ledger.appendAll(all, AbortSignal.abort())), "cancelled CANCELLED");
      assert.is(await ledger.get(4, never), undefined);
    }));

  test("appends more than a statement takes in their order", () =>
    during(async (ledger) => {
      const all = Array.from({ length: 37 }, (_, n) => sampleEntry({ details: { n: String(n) } }));
      const appended = await ledger.appendAll(all, never);
      assert.equal(await ledger.read(0, 100, undefined, never), appended);
      assert.equal(
        appended.map(({ sequence, details }) => `${sequence} ${details["n"]}`),
        all.map((_, n) => `${n + 1} ${n}`),
      );
      const { intact, checked } = await ledger.verify(0, 0, never);
      assert.equal([intact, checked], [true, 37]);
    }));

  test("knows which started entries nothing closed; a commitment closes nothing", () =>
    during(async (ledger) => {
      await ledger.append(sampleEntry(), never);
      await ledger.append(sampleEntry(), never);
      await ledger.append(sampleEntry({ outcome: "committing", startedSequence: 1 }), never);
      await ledger.append(sampleEntry({ outcome: "succeeded", startedSequence: 2 }), never);
      const open = await ledger.open(never);
      assert.equal(
        open.map(({ sequence }) => sequence),
        [1],
      );
    }));

  test("appends nothing for a signal that is aborted", () =>
    during(async (ledger) => {
      assert.is(await faultOf(() => ledger.append(sampleEntry(), AbortSignal.abort())), "cancelled CANCELLED");
      assert.is(await ledger.get(1, never), undefined);
    }));

  test.run();
}
