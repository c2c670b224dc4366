import { createHash, randomBytes } from "node:crypto";
import { openLedger, openState } from "../adapters/libsql/mod.ts";
import { systemClock } from "../adapters/system/mod.ts";
import type { GatewayConfig } from "../config/mod.ts";
import {
  type AuditKind,
  newTokenId,
  newTokenText,
  type StoredToken,
  tokenIdLength,
  tokenSecretBytes,
} from "../domain/mod.ts";
import { CommandError, exitCode } from "./exit-code.ts";
import { inLedger } from "./in-ledger.ts";

export interface NewToken extends Pick<StoredToken, "name" | "scope" | "sources" | "quotaClass"> {
  /** Milliseconds; undefined: for ever. */
  readonly lifetimeMs: number | undefined;
}

/** A token just made: its text is shown once and kept nowhere. */
export interface MadeToken {
  readonly token: StoredToken;
  readonly text: string;
}

/** The token store and the ledger, opened beside whatever gateway runs on them. */
export interface TokenDesk {
  issue(wanted: NewToken): Promise<MadeToken>;
  /** By id, or by a name that one live token has. The former secret opens for `graceMs` more. */
  rotate(which: string, graceMs: number, lifetimeMs: number | undefined): Promise<MadeToken>;
  revoke(which: string): Promise<StoredToken>;
  list(): Promise<readonly StoredToken[]>;
  close(): Promise<void>;
}

/** Every change is in the ledger before it is made; where that fails, nothing is changed. */
export async function openTokenDesk(config: GatewayConfig, signal: AbortSignal): Promise<TokenDesk> {
  const { path: statePath, url, token: stateToken } = config.state;
  const state = await openState({ statePath, url, token: stateToken?.reveal() }, systemClock, signal);
  const audit = { ...config.audit, authToken: config.audit.authToken?.reveal() };
  const ledger = await openLedger({ statePath, ...audit }, systemClock, signal).catch(async (error: unknown) => {
    await state.close();
    throw error;
  });
  const { tokens } = state;

  const recorded = (kind: AuditKind, details: Record<string, string>, work: () => Promise<void>) =>
    inLedger(ledger, { kind, details }, signal, work);

  async function find(which: string): Promise<StoredToken> {
    const all = await tokens.all(signal);
    const byName = all.filter(({ name, revokedAt }) => name === which && revokedAt === 0);
    const found = all.find(({ id }) => id === which) ?? (byName.length === 1 ? byName[0] : undefined);
    if (found !== undefined) return found;
    const why = byName.length > 1 ? `${byName.length} tokens are named '${which}'` : `there is no token '${which}'`;
    throw new CommandError(exitCode.usage, `${why}; \`gateway token list\` shows their ids`);
  }

  return {
    async issue({ lifetimeMs, ...wanted }) {
      const now = systemClock.now();
      const id = newTokenId(randomBytes(tokenIdLength));
      const text = newTokenText(id, randomBytes(tokenSecretBytes));
      const times = { createdAt: now, expiresAt: expiry(now, lifetimeMs), revokedAt: 0, lastUsedAt: 0 };
      const token = { ...wanted, id, digest: digestOf(text), formerDigest: "", formerUntil: 0, ...times };
      await recorded("token-issued", factsOf(token), () => tokens.add(token, signal));
      return { token, text };
    },
    async rotate(which, graceMs, lifetimeMs) {
      const now = systemClock.now();
      const found = await find(which);
      const text = newTokenText(found.id, randomBytes(tokenSecretBytes));
      const change = {
        digest: digestOf(text),
        formerDigest: graceMs > 0 ? found.digest : "",
        formerUntil: graceMs > 0 ? now + graceMs : 0,
        expiresAt: lifetimeMs === undefined ? found.expiresAt : expiry(now, lifetimeMs),
      };
      const token = { ...found, ...change };
      const details = { ...factsOf(token), former_until: timeOf(change.formerUntil) };
      await recorded("token-rotated", details, async () => {
        if (await tokens.rotate(found.id, change, signal)) return;
        throw new CommandError(exitCode.failed, `token ${found.id} is revoked; issue a new one`);
      });
      return { token, text };
    },
    async revoke(which) {
      const found = await find(which);
      const at = systemClock.now();
      await recorded("token-revoked", factsOf(found), async () => void (await tokens.revoke(found.id, at, signal)));
      return { ...found, revokedAt: found.revokedAt === 0 ? at : found.revokedAt };
    },
    list: () => tokens.all(signal),
    async close() {
      await Promise.all([ledger.close(), state.close()]);
    },
  };
}

function expiry(now: number, lifetimeMs: number | undefined): number {
  return lifetimeMs === undefined ? 0 : now + lifetimeMs;
}

/** What the ledger says of a token. */
function factsOf({ id, name, scope, sources, quotaClass, expiresAt }: StoredToken): Record<string, string> {
  const seen = sources?.join(",") ?? "all";
  return { token_id: id, name, scope, sources: seen, quota_class: quotaClass, expires: timeOf(expiresAt) };
}

function timeOf(at: number): string {
  return at === 0 ? "never" : new Date(at).toISOString();
}

function digestOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
