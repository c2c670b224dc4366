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
      assert.equal(await ledger.get(2, never), { ...sampleEntry(), sequence: 2, recordedAt: at });
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
