import { peerNetwork } from "./peer-network.ts";
import { anonymousId, type Principal } from "./principal.ts";

/** What a caller may spend in one pool. */
export interface PoolLimits {
  readonly points: number;
  readonly windowMs: number;
  /** Points beyond `points`, which come back only once in `burstWindows` windows. */
  readonly burst: number;
}

export interface ClassLimits {
  /** Search and Graph. */
  readonly read: PoolLimits;
  /** Ingest and Audit. */
  readonly manage: PoolLimits;
}

/** The limits of the class "default", and of the others by name. */
export interface QuotaLimits extends ClassLimits {
  readonly classes?: readonly (ClassLimits & { readonly name: string })[];
}

/** The burst is for the odd busy moment: were it back in every window, it would just be a larger quota. */
export const burstWindows = 5;

/** The class that a caller's quota is of: the one its token names, or "default" where that is configured no more. */
export function quotaClass(limits: QuotaLimits, { quotaClass: asked }: Pick<Principal, "quotaClass">): string {
  return limits.classes?.some(({ name }) => name === asked) === true ? asked : "default";
}

export function classLimits(limits: QuotaLimits, name: string): ClassLimits {
  return limits.classes?.find((one) => one.name === name) ?? limits;
}

/** Whose quota it is: the token's, or the network's of a caller without one. */
export function quotaKey({ tokenId, peer }: Pick<Principal, "tokenId" | "peer">): string {
  return tokenId === anonymousId ? `peer ${peerNetwork(peer)}` : `token ${tokenId}`;
}
