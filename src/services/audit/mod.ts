/** Serves AuditService: what was done, by whom, with what outcome. */
export { auditServicePlugin } from "./plugin.ts";
export { auditService, notBuilt } from "./service.ts";
