import { Fault, isLive, type StoredToken } from "../../domain/mod.ts";
import {
  CLOCK,
  type Clock,
  STATE,
  type State,
  TELEMETRY,
  type Telemetry,
  TOKEN_STORE,
  type TokenStore,
} from "../../ports/mod.ts";
import { type EnvTokens, type KnownTokens, knownTokens } from "./token-store.ts";

export interface TokenStoreConfig extends EnvTokens {
  /** Why a maintainer's token must exist somewhere; "" when it need not. */
  readonly maintainerNeeded: string;
}

type Needs = {
  readonly state: Pick<State, "tokens">;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, "log">;
};

/** How often changes by other processes are looked for, ms: with a slow look, still within half a second. */
const pollMs = 200;
/** How often uses are written down, ms. */
const notePeriodMs = 60_000;
/** Silence of the store after which the gateway is not healthy, since a revocation would not be seen, ms. */
const staleMs = 5_000;

/** The kernel's plug-in shape, spelled out: adapters don't import the kernel. */
export const tokenStorePlugin = {
  name: "tokens",
  provides: TOKEN_STORE,
  needs: { state: STATE, clock: CLOCK, telemetry: TELEMETRY },
  config(raw: unknown): TokenStoreConfig {
    const { readerToken, adminToken, maintainerNeeded = "" } = (raw ?? {}) as Record<string, unknown>;
    for (const value of [readerToken, adminToken]) {
      if (value !== undefined && typeof value !== "string") throw new Error("a token is a string");
    }
    return {
      readerToken: readerToken as string | undefined,
      adminToken: adminToken as string | undefined,
      maintainerNeeded: String(maintainerNeeded),
    };
  },
  async start({ state: { tokens }, clock, telemetry: { log } }: Needs, config: TokenStoreConfig, signal: AbortSignal) {
    const known = knownTokens(config, { clock });
    let version = await tokens.version(signal);
    const stored = await tokens.all(signal);
    known.replace(stored);
    refuseWithoutMaintainer(config, stored, clock.now());
    let seenAt = clock.now();
    let notedAt = clock.now();
    const stopped = new AbortController();

    async function look(): Promise<void> {
      const found = await tokens.version(stopped.signal);
      if (found !== version) {
        known.replace(await tokens.all(stopped.signal));
        // Asked before the rows: a change in between is seen at the next look.
        version = found;
        log.info({}, "tokens were changed, and are taken over");
      }
      known.expire();
      seenAt = clock.now();
    }

    async function note(noteSignal: AbortSignal): Promise<void> {
      notedAt = clock.now();
      await tokens.used(known.takeUses(), noteSignal);
    }

    async function poll(): Promise<void> {
      while (!stopped.signal.aborted) {
        try {
          await clock.sleep(pollMs, stopped.signal);
        } catch {
          return; // stopped
        }
        await look().catch(() => {}); // the health check tells
        if (clock.now() - notedAt >= notePeriodMs) await note(stopped.signal).catch(() => {});
      }
    }

    const polling = poll();
    const value: TokenStore = known satisfies KnownTokens;
    return {
      value,
      async stop(stopSignal: AbortSignal) {
        stopped.abort();
        await polling;
        // What was used in the last minute is worth a word, and no failed stop.
        await note(stopSignal).catch(() => {});
      },
      async health(): Promise<{ ok: true } | { ok: false; reason: string }> {
        const silent = clock.now() - seenAt;
        return silent < staleMs
          ? { ok: true }
          : { ok: false, reason: `the token store has not answered for ${Math.round(silent / 1_000)} s` };
      },
    };
  },
};

/** @throws Fault precondition where nobody could maintain the gateway. */
function refuseWithoutMaintainer(
  { adminToken, maintainerNeeded }: TokenStoreConfig,
  stored: readonly StoredToken[],
  now: number,
): void {
  if (maintainerNeeded === "" || (adminToken ?? "") !== "") return;
  if (stored.some((token) => token.scope === "maintainer" && isLive(token, now))) return;
  throw new Fault("precondition", maintainerNeeded, { reason: "NO_MAINTAINER_TOKEN" });
}
