import type { StoredToken } from "../domain/mod.ts";

/** What a rotation changes. */
export type Rotation = Pick<StoredToken, "digest" | "formerDigest" | "formerUntil" | "expiresAt">;

/** The stored tokens, as several processes may read and change them. Nothing in them opens a gateway. */
export interface TokenRecords {
  /** Grows with every change that decides who may call; notes of use don't count. One cheap question. */
  version(signal: AbortSignal): Promise<number>;
  /** Every one, the revoked and expired too, oldest first. */
  all(signal: AbortSignal): Promise<readonly StoredToken[]>;
  /** @throws Fault `conflict` when its id is taken. */
  add(token: StoredToken, signal: AbortSignal): Promise<void>;
  /** False for an id that is unknown or revoked: then nothing is changed. */
  rotate(id: string, rotation: Rotation, signal: AbortSignal): Promise<boolean>;
  /** The first time counts: revoking again changes nothing. False for an unknown id. */
  revoke(id: string, at: number, signal: AbortSignal): Promise<boolean>;
  /** Notes when tokens were last used, by id; an earlier time than the one noted changes nothing. */
  used(at: ReadonlyMap<string, number>, signal: AbortSignal): Promise<void>;
}
