import { Fault } from "../../../domain/mod.ts";
import type { Clock, Leases } from "../../../ports/mod.ts";
import type { Database } from "./database.ts";
import { sql } from "./statement.ts";

export function leaseLost(name: string, cause?: unknown): Fault {
  return new Fault("conflict", `the lease '${name}' was lost to another holder; start the run again`, {
    cause,
    reason: "LEASE_LOST",
  });
}

/** A released lease keeps its row, so that its fence goes on growing. */
export function leases(database: Database, clock: Clock): Leases {
  return {
    async acquire(name, holder, ttlMs, signal) {
      const now = clock.now();
      const [taken, present] = await database.batch(
        "write",
        [
          sql(
            `INSERT INTO lease (name, holder, fence, expires_at) VALUES (?1, ?2, 1, ?4)
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = lease.fence + 1,
               expires_at = excluded.expires_at
             WHERE lease.holder = '' OR lease.holder = excluded.holder OR lease.expires_at <= ?3
             RETURNING fence`,
            name,
            holder,
            now,
            now + ttlMs,
          ),
          sql("SELECT holder FROM lease WHERE name = ?", name),
        ],
        signal,
      );
      const fence = taken?.[0]?.["fence"];
      if (fence === undefined) return { heldBy: String(present?.[0]?.["holder"]) };
      return { name, holder, fence: Number(fence) };
    },

    async renew(lease, ttlMs, signal) {
      const [renewed] = await database.batch(
        "write",
        [
          sql(
            "UPDATE lease SET expires_at = ? WHERE name = ? AND holder = ? AND fence = ? RETURNING fence",
            clock.now() + ttlMs,
            lease.name,
            lease.holder,
            lease.fence,
          ),
        ],
        signal,
      );
      if (renewed?.length !== 1) throw leaseLost(lease.name);
    },

    async release(lease) {
      // Runs while a run is being cancelled: no signal of the run may stop it.
      await database.batch(
        "write",
        [
          sql(
            "UPDATE lease SET holder = '', expires_at = 0 WHERE name = ? AND holder = ? AND fence = ?",
            lease.name,
            lease.holder,
            lease.fence,
          ),
        ],
        new AbortController().signal,
      );
    },
  };
}
