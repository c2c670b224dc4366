import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ManualClock } from "../../src/adapters/memory/mod.ts";
import type { Lease, Leases } from "../../src/ports/mod.ts";
import type { StateMaker } from "./job-store.ts";
import { faultOf, never } from "./sample-run.ts";

function taken(lease: Lease | { readonly heldBy: string }): Lease {
  if ("heldBy" in lease) assert.unreachable(`held by ${lease.heldBy}`);
  return lease as Lease;
}

export function leasesContract(name: string, maker: StateMaker): void {
  const test = suite(`leases: ${name}`);
  const during = async (work: (leases: Leases, clock: ManualClock) => Promise<void>) => {
    const { state, clock, close } = await maker.open();
    try {
      await work(state.leases, clock);
    } finally {
      await close();
    }
  };

  test("has one holder at a time, names it, and grows the fence with every acquisition", () =>
    during(async (leases) => {
      const first = taken(await leases.acquire("ingest:a", "run-1", 1_000, never));
      assert.equal(await leases.acquire("ingest:a", "run-2", 1_000, never), { heldBy: "run-1" });
      taken(await leases.acquire("ingest:b", "run-2", 1_000, never));
      const again = taken(await leases.acquire("ingest:a", "run-1", 1_000, never));
      assert.ok(again.fence > first.fence);
      await leases.release(again);
      await leases.release(again);
      const next = taken(await leases.acquire("ingest:a", "run-2", 1_000, never));
      assert.ok(next.fence > again.fence);
    }));

  test("is lost when it expires and another takes it; renewing keeps it", () =>
    during(async (leases, clock) => {
      const first = taken(await leases.acquire("x", "run-1", 1_000, never));
      await clock.advance(900);
      await leases.renew(first, 1_000, never);
      await clock.advance(900);
      assert.equal(await leases.acquire("x", "run-2", 1_000, never), { heldBy: "run-1" });
      await clock.advance(100);
      const second = taken(await leases.acquire("x", "run-2", 1_000, never));
      assert.is(await faultOf(() => leases.renew(first, 1_000, never)), "conflict LEASE_LOST");
      await leases.release(first);
      assert.equal(await leases.acquire("x", "run-3", 1_000, never), { heldBy: "run-2" });
      await leases.renew(second, 1_000, never);
    }));

  test.run();
}
