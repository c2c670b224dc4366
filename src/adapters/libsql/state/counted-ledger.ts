import { Fault } from "../../../domain/mod.ts";
import type { AuditLedger, Meter } from "../../../ports/mod.ts";

/** The ledger, its appends counted and timed as a backend's calls are. */
export function countedLedger(ledger: AuditLedger, meter: Meter): AuditLedger {
  const labels = { backend: "libsql", operation: "ledger.append" };
  return {
    ...ledger,
    async append(entry, signal) {
      const began = performance.now();
      try {
        const appended = await ledger.append(entry, signal);
        meter.add("km_ledger_appends_total", { outcome: "ok" });
        return appended;
      } catch (error) {
        meter.add("km_ledger_appends_total", { outcome: "failed" });
        meter.add("km_backend_errors_total", { ...labels, code: error instanceof Fault ? error.code : "internal" });
        throw error;
      } finally {
        meter.observe("km_backend_duration_seconds", labels, (performance.now() - began) / 1_000);
      }
    },
  };
}
