import { Fault, peerNetwork } from "../domain/mod.ts";
import type { Clock } from "../ports/mod.ts";

/** How many wrong tokens a peer may show, and what follows. Times in milliseconds. */
export interface AuthFailureLimits {
  /** In one window; 0: any number. */
  readonly most: number;
  readonly windowMs: number;
  /** The first penalty; each that follows within an hour is twice as long. */
  readonly penaltyMs: number;
  readonly longestPenaltyMs: number;
}

export const authFailureTimes = {
  /** A minute evens out an agent that retries with an old token. */
  windowMs: 60_000,
  penaltyMs: 60_000,
  /** Longer ones would only punish whoever gets that address next. */
  longestPenaltyMs: 900_000,
} as const;

/** Peers and working tokens remembered, the longest unseen forgotten first: a flood from many addresses costs 2 MB. */
const remembered = 10_000;
/** How long a penalty is held against a peer, and a token that worked speaks for it, ms. */
const memoryMs = 3_600_000;

interface Standing {
  since: number;
  failures: number;
  penalties: number;
  until: number;
}

/**
 * Counts wrong tokens by peer, IPv6 by its /64. A peer under penalty is refused without a word on its token, unless that token worked
 * from there within the hour: guessing is slowed down, and an agent that shares its address with a careless one is
 * not shut out.
 */
export class AuthFailures {
  readonly #limits: AuthFailureLimits;
  readonly #clock: Pick<Clock, "now">;
  readonly #peers = new Map<string, Standing>();
  readonly #worked = new Map<string, number>();

  constructor(limits: AuthFailureLimits, clock: Pick<Clock, "now">) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Takes note of a token that works. @throws Fault exhausted when the peer is under penalty and it never did. */
  worked(address: string, tokenId: string): void {
    if (this.#limits.most === 0) return;
    const now = this.#clock.now();
    const peer = peerNetwork(address);
    const key = `${peer} ${tokenId}`;
    const left = this.#penalty(peer, now);
    if (left > 0 && !(now - (this.#worked.get(key) ?? Number.NEGATIVE_INFINITY) < memoryMs)) throw limited(left);
    remember(this.#worked, key, now);
  }

  /** Counts a wrong token. @throws Fault exhausted when the peer is under penalty, or is from now on. */
  failed(address: string): void {
    const { most, windowMs, penaltyMs, longestPenaltyMs } = this.#limits;
    if (most === 0) return;
    const peer = peerNetwork(address);
    const now = this.#clock.now();
    const left = this.#penalty(peer, now);
    if (left > 0) throw limited(left);
    const standing = this.#peers.get(peer) ?? { since: now, failures: 0, penalties: 0, until: 0 };
    if (now - standing.since >= windowMs) {
      standing.since = now;
      standing.failures = 0;
    }
    if (now - standing.until >= memoryMs) standing.penalties = 0;
    standing.failures += 1;
    remember(this.#peers, peer, standing);
    if (standing.failures <= most) return;
    standing.failures = 0;
    const ms = Math.min(penaltyMs * 2 ** Math.min(standing.penalties, 20), longestPenaltyMs);
    standing.penalties += 1;
    standing.until = now + ms;
    throw limited(ms);
  }

  #penalty(peer: string, now: number): number {
    return (this.#peers.get(peer)?.until ?? 0) - now;
  }
}

/** The newest last; beyond the bound the oldest goes. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > remembered) map.delete(map.keys().next().value as string);
}

function limited(retryAfterMs: number): Fault {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new Fault("exhausted", `too many wrong tokens came from your address; retry in ${seconds} s with a good one`, {
    reason: "AUTH_FAILURES",
    retryAfterMs,
  });
}
