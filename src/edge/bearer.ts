/**
 * RFC 6750, section 2.1: the scheme (in any case, RFC 9110), one or more spaces, a b64token. 512 characters are
 * several times the longest token the gateway issues.
 */
const credentials = /^bearer +([A-Za-z0-9\-._~+/]{1,512}=*)$/i;

export type Bearer = { readonly token: string } | { readonly refused: "missing" | "malformed" };

/** Takes the bearer token from the values of `authorization`, of which there must be exactly one. */
export function parseBearer(values: readonly (string | Uint8Array)[]): Bearer {
  const [value, ...more] = values;
  if (value === undefined) return { refused: "missing" };
  if (typeof value !== "string" || more.length > 0 || value.length > 1_024) return { refused: "malformed" };
  const token = credentials.exec(value)?.[1];
  return token === undefined ? { refused: "malformed" } : { token };
}
