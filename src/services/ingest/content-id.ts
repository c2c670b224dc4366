import { createHash } from "node:crypto";

/** What a file that was read is known by when Git does not say, or says something else. */
const readPrefix = "sha1:";

/** Whether only reading a file can tell if it still has this content. */
export function isOfReading(contentId: string): boolean {
  return contentId.startsWith(readPrefix);
}

/** The id Git gives these bytes; `like` tells a repository of SHA-256 ids (64 digits) from one of SHA-1. */
function blobId(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

export function idOfReading(bytes: Uint8Array): string {
  return readPrefix + createHash("sha1").update(bytes).digest("hex");
}

/**
 * The identity of bytes that were read: what the listing said when they are that blob, else an id of their own
 * (the file has changed since, or a filter such as line-end conversion stands between it and the blob).
 */
export function contentIdOf(bytes: Uint8Array, listed: string): string {
  return listed !== "" && blobId(bytes, listed) === listed ? listed : idOfReading(bytes);
}
