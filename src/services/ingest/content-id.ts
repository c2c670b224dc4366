import { createHash, type Hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

/** What a file that was read is known by when Git does not say, or says something else. */
const readPrefix = "sha1:";

/** Whether only reading a file can tell if it still has this content. */
export function isOfReading(contentId: string): boolean {
  return contentId.startsWith(readPrefix);
}

/** The id Git gives these bytes; `like` tells a repository of SHA-256 ids (64 digits) from one of SHA-1. */
function blobId(bytes: Uint8Array, like: string): Promise<string> {
  const hash = createHash(like.length === 64 ? "sha256" : "sha1");
  return digestOf(hash.update(`blob ${bytes.length}\0`), bytes);
}

export async function idOfReading(bytes: Uint8Array): Promise<string> {
  return readPrefix + (await digestOf(createHash("sha1"), bytes));
}

/** Bytes hashed in one go: a millisecond, so that calls being served don't wait for a large file. */
const atOnce = 512 * 1024;

async function digestOf(hash: Hash, bytes: Uint8Array): Promise<string> {
  for (let at = 0; at < bytes.length; at += atOnce) {
    if (at > 0) await setImmediate();
    hash.update(bytes.subarray(at, at + atOnce));
  }
  return hash.digest("hex");
}

/**
 * The identity of bytes that were read: what the listing said when they are that blob, else an id of their own
 * (the file has changed since, or a filter such as line-end conversion stands between it and the blob).
 */
export async function contentIdOf(bytes: Uint8Array, listed: string): Promise<string> {
  return listed !== "" && (await blobId(bytes, listed)) === listed ? listed : idOfReading(bytes);
}
