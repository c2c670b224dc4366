import {
  AUDIT_LEDGER,
  CLOCK,
  type Clock,
  OWNERSHIP,
  type Random,
  STATE,
  TELEMETRY,
  type Telemetry,
} from "../../../ports/mod.ts";
import { countedLedger } from "./counted-ledger.ts";
import { type LedgerOptions, openLedger } from "./open-ledger.ts";
import { type OpenState, openState, type StateOptions } from "./open-state.ts";

type Needs = { readonly clock: Clock & Random; readonly telemetry: Telemetry };

/** Ready to be given to the kernel. A health check asks the store a question, so a dead worker is seen. */
export const statePlugin = {
  name: "state",
  provides: STATE,
  needs: { owner: OWNERSHIP, clock: CLOCK, telemetry: TELEMETRY },
  config: (raw: unknown) => raw as StateOptions,
  async start(needs: Needs, config: StateOptions, signal: AbortSignal) {
    const state = await openState(config, needs.clock, signal, needs.telemetry.meter);
    const stopped = new AbortController();
    const polling = config.url === undefined ? Promise.resolve() : poll(state, needs.clock, stopped.signal);
    return {
      value: state,
      async stop() {
        stopped.abort();
        await polling;
        await state.close();
      },
      health: health((check) => state.ready(check)),
    };
  },
};

/** How often another gateway's flips are looked for, ms: its readers are then at most that far ahead of ours. */
const pollMs = 1_000;

/** Keeps in step with the gateways that share the state. A failure is the health check's to tell. */
async function poll(state: Pick<OpenState, "refresh">, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await state.refresh(signal).catch(() => {});
    await clock.sleep(pollMs, signal).catch(() => {});
  }
}

export const ledgerPlugin = {
  name: "ledger",
  provides: AUDIT_LEDGER,
  needs: { owner: OWNERSHIP, clock: CLOCK, telemetry: TELEMETRY },
  config: (raw: unknown) => raw as LedgerOptions,
  async start(needs: Needs, config: LedgerOptions, signal: AbortSignal) {
    const ledger = await openLedger(config, needs.clock, signal);
    return {
      value: countedLedger(ledger, needs.telemetry.meter),
      stop: () => ledger.close(),
      health: health((check) => ledger.ready(check)),
    };
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
