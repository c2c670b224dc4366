import { Fault } from "../domain/mod.ts";
import type { Clock, Lease, Leases, Log } from "../ports/mod.ts";
import { heartbeatMs, leaseTtlMs } from "./scheduler-settings.ts";

/** Heartbeats until the tick is over. A lost lease ends them: the store then refuses what the tick would record. */
export async function keepLease(
  leases: Leases,
  lease: Lease,
  clock: Clock,
  log: Log,
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(heartbeatMs, over);
      await leases.renew(lease, leaseTtlMs, over);
    } catch (error) {
      if (over.aborted || (error instanceof Fault && error.code === "conflict")) return;
      log.warn({ err: error }, "a heartbeat of a schedule's lease failed; it is tried again");
    }
  }
}
