import { Fault, throwIfAborted } from "../../domain/mod.ts";
import type { Clock, Lease, Leases } from "../../ports/mod.ts";

interface Held {
  holder: string;
  fence: number;
  expiresAt: number;
}

/** The reference leases, and the fencing check that a flip makes. */
export function memoryLeases(clock: Clock): { readonly leases: Leases; readonly holds: (lease: Lease) => boolean } {
  const held = new Map<string, Held>();
  const holds = ({ name, holder, fence }: Lease) => {
    const now = held.get(name);
    return now !== undefined && now.holder === holder && now.fence === fence;
  };
  const leases: Leases = {
    async acquire(name, holder, ttlMs, signal) {
      throwIfAborted(signal);
      const now = held.get(name) ?? { holder: "", fence: 0, expiresAt: 0 };
      const free = now.holder === "" || now.holder === holder || now.expiresAt <= clock.now();
      if (!free) return { heldBy: now.holder };
      const fence = now.fence + 1;
      held.set(name, { holder, fence, expiresAt: clock.now() + ttlMs });
      return { name, holder, fence };
    },
    async renew(lease, ttlMs, signal) {
      throwIfAborted(signal);
      if (!holds(lease))
        throw new Fault("conflict", `the lease '${lease.name}' was lost to another holder; start the run again`, {
          reason: "LEASE_LOST",
        });
      held.get(lease.name)!.expiresAt = clock.now() + ttlMs;
    },
    async release(lease) {
      if (holds(lease)) held.set(lease.name, { holder: "", fence: lease.fence, expiresAt: 0 });
    },
  };
  return { leases, holds };
}
