import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a request's `authorization` header opens what the token guards. */
export type Admits = (authorization: string | undefined) => boolean;

/**
 * With a token, only it admits, as a bearer (RFC 6750, section 2.1). Digests are compared, so that neither the token's
 * length nor how much of it was right shows in the time taken. Without one, all are admitted.
 */
export function admitsWith(token: string | undefined): Admits {
  if (token === undefined) return () => true;
  const wanted = sha256(token);
  return (authorization = "") => {
    const given = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    return timingSafeEqual(sha256(given ?? ""), wanted) && given !== undefined;
  };
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text, "utf8").digest();
}
