/** Job state and the audit ledger in small libSQL files, each behind a worker of its own. */
export { withAppendLock } from "./ledger-lock.ts";
export { type LedgerOptions, openLedger } from "./open-ledger.ts";
export { type OpenState, openState, type StateOptions } from "./open-state.ts";
export { ledgerPlugin, statePlugin } from "./plugins.ts";
