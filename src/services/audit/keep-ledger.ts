import { Fault } from "../../domain/mod.ts";
import type { AuditLedger, Clock, Telemetry } from "../../ports/mod.ts";

export interface KeeperParts {
  readonly ledger: AuditLedger;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

export interface LedgerKeeping {
  /** How long entries are kept, days; 0: for ever. */
  readonly retentionDays: number;
}

const dayMs = 86_400_000;
/** How often the chain is verified and old entries are let go: four times a day costs seconds. */
const everyMs = 6 * 3_600_000;

/** Verifies the chain, says so in `km_ledger_intact`, and lets go of what retention no longer keeps. */
export async function checkLedger(parts: KeeperParts, keeping: LedgerKeeping, signal: AbortSignal): Promise<void> {
  const { ledger, telemetry, clock } = parts;
  const { intact, checked, firstBad, problem } = await ledger.verify(0, 0, signal);
  telemetry.meter.set("km_ledger_intact", {}, intact ? 1 : 0);
  if (intact) telemetry.log.info({ entries: checked }, "the ledger is intact");
  else telemetry.log.error({ first_bad_sequence: firstBad, problem }, "the audit ledger was tampered with or damaged");
  // A broken chain keeps all of its evidence.
  if (!intact || keeping.retentionDays === 0) return;
  const entries = await ledger.prune(clock.now() - keeping.retentionDays * dayMs, signal);
  if (entries > 0) telemetry.log.info({ entries }, "entries older than KM_AUDIT_RETENTION_DAYS left the ledger");
}

/** Checks at once and then every six hours, in the background, until stopped. */
export function keepLedger(parts: KeeperParts, keeping: LedgerKeeping): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await checkLedger(parts, keeping, signal);
      } catch (error) {
        if (!signal.aborted) parts.telemetry.log.error({ err: error }, "the ledger could not be verified");
      }
      await parts.clock.sleep(everyMs, signal).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort(new Fault("cancelled", "the gateway is stopping"));
      await running;
    },
  };
}
