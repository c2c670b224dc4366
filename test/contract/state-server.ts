import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLedger, openState } from "../../src/adapters/libsql/state/mod.ts";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import type { Lease } from "../../src/ports/mod.ts";
import { auditLedgerContract } from "./audit-ledger.ts";
import { jobStoreContract } from "./job-store.ts";
import { leasesContract } from "./leases.ts";
import { grace, revisionsContract } from "./revisions.ts";
import { faultOf, never, sampleRevision, sampleRun } from "./sample-run.ts";
import { schedulesContract } from "./schedules.ts";
import { tokenRecordsContract } from "./token-records.ts";

/** A server of the libSQL remote protocol, empty. */
export interface StateServer {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** State and ledger on a server: the same promises as in a file, and those that several gateways share. */
export function stateServerContract(name: string, start: () => Promise<StateServer>): void {
  /** What a test opens on a server of its own; all of it goes when the test is over. */
  async function onServer<T extends { close(): Promise<void> }>(
    open: (options: { readonly statePath: string; readonly url: string; readonly token: string }) => Promise<T>,
  ) {
    const statePath = await mkdtemp(join(tmpdir(), "state-"));
    const { url, token, stop } = await start();
    const opened = await open({ statePath, url, token });
    return {
      opened,
      async close() {
        await opened.close();
        await stop();
        await rm(statePath, { recursive: true });
      },
    };
  }

  const states = {
    async open() {
      const clock = manualClock();
      const { opened, close } = await onServer((options) =>
        openState({ ...options, generationGraceMs: grace }, clock, never),
      );
      return { state: opened, clock, close };
    },
  };
  const ledgers = {
    async open() {
      const clock = manualClock();
      const { opened, close } = await onServer((options) =>
        openLedger({ ...options, authToken: options.token }, clock, never),
      );
      return { ledger: opened, clock, close };
    },
  };

  jobStoreContract(name, states);
  leasesContract(name, states);
  revisionsContract(name, states);
  schedulesContract(name, states);
  tokenRecordsContract(name, states);
  auditLedgerContract(name, ledgers);

  const test = suite(`job state on a server: ${name}`);

  test("two gateways share it: leases, claims and flips of one are the other's", async () => {
    const { url, token, stop } = await start();
    const clock = manualClock();
    const options = { statePath: "", url, token };
    const [one, two] = [await openState(options, clock, never), await openState(options, clock, never)];
    const lease = (await one.leases.acquire("ingest:docs", "run-1", 1_000, never)) as Lease;
    assert.equal(await two.leases.acquire("ingest:docs", "run-2", 1_000, never), { heldBy: "run-1" });
    await one.schedules.plan("ingest", "* * * * *", "UTC", 100, never);
    const claims = [one, two].map(({ schedules }, i) =>
      schedules.claim({ name: "ingest", dueAt: 100, nextRunAt: 200, runner: `tick-${i}`, now: 100 }, never),
    );
    assert.is((await Promise.all(claims)).filter(Boolean).length, 1);
    await one.revisions.flip(sampleRevision(), sampleRun(), lease, never);
    await two.refresh(never);
    assert.equal(two.revisions.served(), [sampleRevision()]);
    assert.equal(one.pageKey, two.pageKey, "a page begun at one goes on at the other");
    await clock.advance(1_000);
    const taken = (await two.leases.acquire("ingest:docs", "run-2", 1_000, never)) as Lease;
    const late = () => one.revisions.flip(sampleRevision({ generation: 99 }), sampleRun(), lease, never);
    assert.is(await faultOf(late), "conflict LEASE_LOST");
    await two.leases.release(taken);
    await one.close();
    await two.close();
    await stop();
  });

  test("a database that the state is in is not taken for the ledger's, nor the other way round", async () => {
    const statePath = await mkdtemp(join(tmpdir(), "state-"));
    for (const stateFirst of [true, false]) {
      const { url, token, stop } = await start();
      const openers = [
        () => openState({ statePath, url, token }, manualClock(), never),
        () => openLedger({ statePath, url, authToken: token }, manualClock(), never),
      ];
      const [first, second] = stateFirst ? openers : openers.reverse();
      await (await first!()).close();
      assert.is(await faultOf(second!), "precondition STORE_OF_ANOTHER");
      await stop();
    }
    await rm(statePath, { recursive: true });
  });

  test("a wrong token and a server that is away are told apart, and neither leaks the token", async () => {
    const { url, token, stop } = await start();
    const options = { statePath: "", url, token: `wrong-${token}` };
    assert.is(await faultOf(() => openState(options, manualClock(), never)), "precondition STORE_REFUSED");
    const state = await openState({ ...options, token }, manualClock(), never);
    await stop();
    try {
      await state.jobs.run("run-1", never);
      assert.unreachable();
    } catch (error) {
      const { reason, message } = error as { reason: string; message: string };
      assert.is(reason, "STORE_UNREACHABLE");
      assert.not.ok(message.includes(token));
    }
    await state.close();
  });

  test.run();
}
