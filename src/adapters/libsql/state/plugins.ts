import { AUDIT_LEDGER, CLOCK, type Clock, type Random, STATE } from "../../../ports/mod.ts";
import { type LedgerOptions, openLedger } from "./open-ledger.ts";
import { openState, type StateOptions } from "./open-state.ts";

/** Ready to be given to the kernel. A health check asks the store a question, so a dead worker is seen. */
export const statePlugin = {
  name: "state",
  provides: STATE,
  needs: { clock: CLOCK },
  config: (raw: unknown) => raw as StateOptions,
  async start(needs: { readonly clock: Clock & Random }, config: StateOptions, signal: AbortSignal) {
    const state = await openState(config, needs.clock, signal);
    return { value: state, stop: () => state.close(), health: health((check) => state.ready(check)) };
  },
};

export const ledgerPlugin = {
  name: "ledger",
  provides: AUDIT_LEDGER,
  needs: { clock: CLOCK },
  config: (raw: unknown) => raw as LedgerOptions,
  async start(needs: { readonly clock: Clock & Random }, config: LedgerOptions, signal: AbortSignal) {
    const ledger = await openLedger(config, needs.clock, signal);
    return { value: ledger, stop: () => ledger.close(), health: health((check) => ledger.ready(check)) };
  },
};

function health(ready: (signal: AbortSignal) => Promise<void>) {
  return async (signal: AbortSignal): Promise<{ ok: true } | { ok: false; reason: string }> => {
    try {
      await ready(signal);
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : "does not answer" };
    }
  };
}
