/** Serves AuditService: what was done, by whom, with what outcome. */
export { checkLedger, type KeeperParts, keepLedger, type LedgerKeeping } from "./keep-ledger.ts";
export { auditServicePlugin } from "./plugin.ts";
export { auditService } from "./service.ts";
