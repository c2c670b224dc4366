import type { Scope } from "./principal.ts";

/** A token as the store keeps it: all but the token itself. Times are Unix ms, 0 for never. */
export interface StoredToken {
  /** Public: in logs, the ledger and lists. */
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Source names it may see; undefined: all, those still to come included. */
  readonly sources: readonly string[] | undefined;
  readonly quotaClass: string;
  /** SHA-256 of the whole token, hex. */
  readonly digest: string;
  /** The digest before the last rotation, good until `formerUntil`; "" for none. */
  readonly formerDigest: string;
  readonly formerUntil: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number;
  /** To the minute, and written down late. */
  readonly lastUsedAt: number;
}

/** `kg_<id>_<secret>`: twelve of 36 letters name it, 43 base64url characters are 256 bits. */
const form = /^kg_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;
export const tokenIdLength = 12;
export const tokenSecretBytes = 32;

/** The id in a token of the store's form; undefined for any other text. */
export function storedTokenId(bearer: string): string | undefined {
  return form.exec(bearer)?.[1];
}

/** A new token's text. `random` gives bytes that nobody can guess. */
export function newTokenText(id: string, random: Uint8Array): string {
  let binary = "";
  for (const byte of random) binary += String.fromCharCode(byte);
  return `kg_${id}_${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** An id from bytes, each of which counts for a letter. 62 bits of 36 letters: two never meet by chance. */
export function newTokenId(random: Uint8Array): string {
  return Array.from(random.subarray(0, tokenIdLength), (byte) => (byte % 36).toString(36)).join("");
}

/** Whether it opens anything at that time. */
export function isLive({ revokedAt, expiresAt }: StoredToken, now: number): boolean {
  return revokedAt === 0 && (expiresAt === 0 || now < expiresAt);
}
