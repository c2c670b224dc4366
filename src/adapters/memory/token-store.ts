import { Buffer } from "node:buffer";
import * as crypto from "node:crypto";
import { anonymousId, isLive, type Principal, type Scope, type StoredToken, storedTokenId } from "../../domain/mod.ts";
import type { Clock, TokenStore } from "../../ports/mod.ts";

export interface EnvTokens {
  readonly readerToken?: string | undefined;
  readonly adminToken?: string | undefined;
}

/** The tokens that this process knows: those of its environment, and those of the store as it last read them. */
export interface KnownTokens extends TokenStore {
  /** Takes over what the store holds now. */
  replace(stored: readonly StoredToken[]): void;
  /** Ends what has expired since, and tells who watches. */
  expire(): void;
  /** When stored tokens were used since the last time this was asked, by id, Unix ms to the minute. */
  takeUses(): ReadonlyMap<string, number>;
}

export interface KnownTokensParts {
  readonly clock: Pick<Clock, "now">;
  /** Compares digests; a test counts. */
  readonly equal?: (a: Uint8Array, b: Uint8Array) => boolean;
}

interface Slot {
  readonly digest: Uint8Array;
  readonly set: boolean;
  readonly tokenId: string;
  readonly scope: Scope;
}

/** A stored token as calls are checked against it. */
interface Candidate {
  readonly token: StoredToken | undefined;
  readonly digest: Uint8Array;
  readonly former: Uint8Array;
}

const minute = 60_000;

/**
 * Every bearer is hashed once and compared four times: with both slots of the environment, and with the digest and the
 * former digest of the stored token it names, or of none. So the time taken tells nothing, whether it is unknown,
 * wrong, over or right.
 */
export function knownTokens(env: EnvTokens, { clock, equal = crypto.timingSafeEqual }: KnownTokensParts): KnownTokens {
  const slots = [slot("env-reader", "reader", env.readerToken), slot("env-admin", "maintainer", env.adminToken)];
  const nobody: Candidate = { token: undefined, digest: crypto.randomBytes(32), former: crypto.randomBytes(32) };
  let known = new Map<string, Candidate>();
  let live = new Set<string>();
  const uses = new Map<string, number>();
  const watching = new Set<(ended: ReadonlySet<string>) => void>();

  function stillLive(former: ReadonlyMap<string, Candidate>): Set<string> {
    const now = clock.now();
    const next = new Set<string>();
    const ended = new Set<string>();
    for (const [id, { token }] of known) if (token !== undefined && isLive(token, now)) next.add(id);
    for (const id of live) {
      if (!next.has(id) || replacedAtOnce(former.get(id)?.token, known.get(id)?.token, now)) ended.add(id);
    }
    if (ended.size > 0) for (const tell of watching) tell(ended);
    return next;
  }

  const configured = () => slots.some(({ set }) => set) || known.size > 0;

  return {
    authenticate(bearer, peer) {
      const digest = sha256(bearer);
      let fromEnv: Slot | undefined;
      for (const candidate of slots) {
        const same = equal(digest, candidate.digest);
        if (same && candidate.set) fromEnv ??= candidate;
      }
      const { token, digest: current, former } = known.get(storedTokenId(bearer) ?? "") ?? nobody;
      const isCurrent = equal(digest, current);
      const isFormer = equal(digest, former);
      if (fromEnv !== undefined) return envPrincipal(fromEnv, peer);
      const now = clock.now();
      if (token === undefined || !(isCurrent || (isFormer && now < token.formerUntil)) || !isLive(token, now))
        return undefined;
      uses.set(token.id, now - (now % minute));
      const { id: tokenId, name, scope, sources, quotaClass } = token;
      return { tokenId, name, scope, sources, quotaClass, peer };
    },
    configured,
    watch(ended) {
      watching.add(ended);
      return () => void watching.delete(ended);
    },
    replace(stored) {
      const former = known;
      const openToAll = !configured();
      known = new Map(stored.map((token) => [token.id, candidate(token)]));
      live = stillLive(former);
      if (openToAll && configured()) for (const tell of watching) tell(new Set([anonymousId]));
    },
    expire() {
      live = stillLive(known);
    },
    takeUses() {
      const taken = new Map(uses);
      uses.clear();
      return taken;
    },
  };
}

/** The tokens of KM_READER_TOKEN and KM_ADMIN_TOKEN alone. Should both be the same token, it is a reader's. */
export function envTokenStore(env: EnvTokens): TokenStore {
  return knownTokens(env, { clock: { now: () => 0 } });
}

/** Whether a rotation left the former secret no time. */
function replacedAtOnce(before: StoredToken | undefined, after: StoredToken | undefined, now: number): boolean {
  return before?.digest !== after?.digest && (after?.formerUntil ?? 0) <= now;
}

/** An unset slot holds a digest that no token has. */
function slot(tokenId: string, scope: Scope, secret: string | undefined): Slot {
  const set = secret !== undefined && secret !== "";
  return { digest: set ? sha256(secret) : crypto.randomBytes(32), set, tokenId, scope };
}

function candidate(token: StoredToken): Candidate {
  return { token, digest: digestOf(token.digest), former: digestOf(token.formerDigest) };
}

/** What is no digest is replaced by one that no token has. */
function digestOf(hex: string): Uint8Array {
  return /^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, "hex") : crypto.randomBytes(32);
}

function envPrincipal({ tokenId, scope }: Slot, peer: string): Principal {
  return { tokenId, name: tokenId, scope, sources: undefined, quotaClass: "default", peer };
}

/** Twice as quick as a hash object, and there from Node 20.12 on. */
const oneShot: typeof crypto.hash | undefined = crypto.hash;

function sha256(text: string): Uint8Array {
  return oneShot === undefined
    ? crypto.createHash("sha256").update(text, "utf8").digest()
    : oneShot("sha256", text, "buffer");
}
