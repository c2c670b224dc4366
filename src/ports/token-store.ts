import type { Principal } from "../domain/mod.ts";

/** Knows tokens by their digests only. */
export interface TokenStore {
  /**
   * Who holds this bearer token; undefined for any that is not valid now, never saying why. The same work is
   * done for an unknown one. From memory: no I/O on the request path.
   */
  authenticate(bearer: string, peer: string): Principal | undefined;
  /** Whether any token exists or ever did, the revoked too: from then on callers must show one. From memory. */
  configured(): boolean;
  /**
   * Calls back with the ids of tokens that opened something and do so no more; with `anonymousId` alone once the first
   * token comes to be. The returned function ends that.
   */
  watch(ended: (tokenIds: ReadonlySet<string>) => void): () => void;
}
