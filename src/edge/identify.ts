import { anonymousId, Fault, type Principal } from "../domain/mod.ts";
import type { Meter, TokenStore } from "../ports/mod.ts";
import type { AuthFailures } from "./auth-failures.ts";
import { parseBearer } from "./bearer.ts";

export interface IdentifyParts {
  readonly tokens: TokenStore;
  readonly authRequired: boolean;
  readonly meter: Meter;
  /** undefined: wrong tokens are counted, and nothing follows. */
  readonly failures: AuthFailures | undefined;
}

/**
 * Who makes a call. Methods that are open to all get an anonymous reader, and all methods an anonymous maintainer
 * where authentication is off (the configuration allows that on loopback only).
 * @throws Fault unauthenticated, in the same words whatever was wrong; exhausted for a peer under penalty.
 */
export function identify(
  { tokens, authRequired, meter, failures }: IdentifyParts,
  open: boolean,
  authorization: readonly (string | Uint8Array)[],
  peer: string,
): Principal {
  if (!authRequired || open) return anonymous(authRequired ? "reader" : "maintainer", peer);
  const bearer = parseBearer(authorization);
  const principal = "token" in bearer ? tokens.authenticate(bearer.token, peer) : undefined;
  try {
    if (principal !== undefined) {
      failures?.worked(peer, principal.tokenId);
      return principal;
    }
    // Who shows no token guesses at none.
    if (!("refused" in bearer) || bearer.refused !== "missing") failures?.failed(peer);
  } catch (error) {
    meter.add("km_auth_refusals_total", { reason: "limited" });
    throw error;
  }
  meter.add("km_auth_refusals_total", { reason: "refused" in bearer ? bearer.refused : "invalid" });
  throw new Fault("unauthenticated", "send metadata 'authorization: Bearer <token>' with a token that is valid now");
}

function anonymous(scope: Principal["scope"], peer: string): Principal {
  return { tokenId: anonymousId, name: anonymousId, scope, sources: undefined, quotaClass: "default", peer };
}
