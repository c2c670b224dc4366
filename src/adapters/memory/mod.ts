/** Reference adapters that keep everything in this process: what the contract suites say, in the plainest form. */
export { memoryAuditLedger } from "./audit-ledger.ts";
export { type ManualClock, manualClock } from "./clock.ts";
export { memoryState } from "./state.ts";
