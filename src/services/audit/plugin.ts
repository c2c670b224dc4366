import { definePlugin } from "../../kernel/mod.ts";
import { AUDIT_LEDGER, AUDIT_SERVICE, STATE } from "../../ports/mod.ts";
import { auditService } from "./service.ts";

export const auditServicePlugin = definePlugin({
  name: "audit service",
  provides: AUDIT_SERVICE,
  needs: { ledger: AUDIT_LEDGER, state: STATE },
  config: () => undefined,
  start: async ({ ledger, state }) => ({ value: auditService(ledger, state.pageKey) }),
});
