import { definePlugin } from "../../kernel/mod.ts";
import { AUDIT_LEDGER, AUDIT_SERVICE, CLOCK, STATE, TELEMETRY } from "../../ports/mod.ts";
import { keepLedger, type LedgerKeeping } from "./keep-ledger.ts";
import { auditService } from "./service.ts";

/** Serves the ledger, and sees to it while it runs. */
export const auditServicePlugin = definePlugin({
  name: "audit service",
  provides: AUDIT_SERVICE,
  needs: { ledger: AUDIT_LEDGER, state: STATE, telemetry: TELEMETRY, clock: CLOCK },
  config: (raw) => raw as LedgerKeeping,
  async start({ ledger, state, telemetry, clock }, keeping) {
    const keeper = keepLedger({ ledger, telemetry, clock }, keeping);
    return { value: auditService(ledger, state.pageKey, clock), stop: () => keeper.stop() };
  },
});
