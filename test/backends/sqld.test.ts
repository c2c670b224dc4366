import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLedger, openState } from "../../src/adapters/libsql/state/mod.ts";
import { manualClock } from "../../src/adapters/memory/mod.ts";
import type { Lease } from "../../src/ports/mod.ts";
import { never, sampleEntry, sampleRevision, sampleRun } from "../contract/sample-run.ts";
import { stateServerContract } from "../contract/state-server.ts";
import { inFolder } from "../support/in-folder.ts";
import { sqldBinary, startSqld } from "../support/sqld-server.ts";

// Of the twenty checks: 16.

/** State and ledger on a real libSQL server. */
const binary = sqldBinary();

if (binary === undefined) {
  const test = suite("a real libSQL server");
  test("LEFT OUT: no sqld at hand", () => console.error("LEFT OUT: state on a real libSQL server (no sqld at hand)"));
  test.run();
} else {
  stateServerContract("sqld", () => startSqld(binary));

  const test = suite("a real libSQL server that ends");

  test("what was acknowledged is there after a kill, and who had it open goes on", () =>
    inFolder(async (statePath) => {
      const [server, second] = await Promise.all([startSqld(binary), startSqld(binary)]);
      const clock = manualClock();
      const options = { statePath, url: server.url, token: server.token };
      const state = await openState(options, clock, never);
      const ledger = await openLedger({ statePath, url: second.url, authToken: second.token }, clock, never);
      const lease = (await state.leases.acquire("ingest:docs", "run-1", 1_000, never)) as Lease;
      await state.revisions.flip(sampleRevision(), sampleRun(), lease, never);
      const { hash } = await ledger.append(sampleEntry(), never);
      for (const one of [server, second]) await one.kill();
      for (const one of [server, second]) await one.start();
      assert.is((await ledger.get(1, never))?.hash, hash);
      assert.is((await ledger.append(sampleEntry(), never)).previousHash, hash);
      assert.equal(await state.leases.acquire("ingest:docs", "run-2", 1_000, never), { heldBy: "run-1" });
      const other = await openState(options, clock, never);
      assert.equal(other.revisions.served(), [sampleRevision()]);
      for (const one of [other, state, ledger]) await one.close();
      for (const one of [server, second]) await one.stop();
    }));

  test.run();
}
