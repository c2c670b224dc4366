import type { Principal } from "../domain/mod.ts";

/** Knows tokens by their digests only. */
export interface TokenStore {
  /**
   * Who holds this bearer token; undefined for any that is not valid now, never saying why. The same work is
   * done for an unknown one. From memory: no I/O on the request path.
   */
  authenticate(bearer: string, peer: string): Principal | undefined;
}
