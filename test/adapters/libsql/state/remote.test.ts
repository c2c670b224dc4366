import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openState } from "../../../../src/adapters/libsql/state/mod.ts";
import { manualClock } from "../../../../src/adapters/memory/mod.ts";
import type { Lease } from "../../../../src/ports/mod.ts";
import { jobStoreContract } from "../../../contract/job-store.ts";
import { leasesContract } from "../../../contract/leases.ts";
import { grace, revisionsContract } from "../../../contract/revisions.ts";
import { faultOf, never, sampleRevision, sampleRun } from "../../../contract/sample-run.ts";
import { schedulesContract } from "../../../contract/schedules.ts";
import { startHranaServer } from "../../../support/hrana-server.ts";

/** State on a server of the remote protocol: the same promises as in a file. */
const token = "a-token-of-the-state-server-0123456789";

async function served() {
  const folder = await mkdtemp(join(tmpdir(), "hrana-"));
  const server = await startHranaServer(join(folder, "server.db"), token);
  return {
    ...server,
    folder,
    async gone() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const maker = {
  async open() {
    const clock = manualClock();
    const server = await served();
    const options = { statePath: server.folder, url: server.url, token, generationGraceMs: grace };
    const state = await openState(options, clock, never);
    return {
      state,
      clock,
      async close() {
        await state.close();
        await server.gone();
      },
    };
  },
};

jobStoreContract("libSQL over HTTP", maker);
leasesContract("libSQL over HTTP", maker);
revisionsContract("libSQL over HTTP", maker);
schedulesContract("libSQL over HTTP", maker);

const test = suite("job state on a server");

test("two gateways share it: leases, claims and flips of one are the other's", async () => {
  const server = await served();
  const clock = manualClock();
  const options = { statePath: server.folder, url: server.url, token };
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
  assert.ok(server.answered() > 10);
  await server.gone();
});

test("a wrong token and a server that is away are told apart, and neither leaks the token", async () => {
  const server = await served();
  const options = { statePath: server.folder, url: server.url, token: "wrong" };
  assert.is(await faultOf(() => openState(options, manualClock(), never)), "precondition STORE_REFUSED");
  const state = await openState({ ...options, token }, manualClock(), never);
  await server.gone();
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
