/** What a token allows. A maintainer may do all that a reader may. */
export type Scope = "reader" | "maintainer";

/** The token id of who shows no token, where none is asked for. */
export const anonymousId = "anonymous";

/** Who makes a call. */
export interface Principal {
  /** Public id of the token; never the secret. "anonymous", "env-reader", "env-admin", "command", "scheduler" or a stored id. */
  readonly tokenId: string;
  readonly name: string;
  readonly scope: Scope;
  /** Source names it may see; undefined: all. */
  readonly sources: readonly string[] | undefined;
  readonly quotaClass: string;
  /** Network address, without the port; empty for calls from inside. */
  readonly peer: string;
}

export function covers(held: Scope, required: Scope): boolean {
  return held === "maintainer" || required === "reader";
}

export function maySee(principal: Principal, source: string): boolean {
  return principal.sources === undefined || principal.sources.includes(source);
}

/** A caller inside the process: the scheduler, or the command on an unserved state directory. */
export function insider(tokenId: "scheduler" | "command" | "start"): Principal {
  return { tokenId, name: tokenId, scope: "maintainer", sources: undefined, quotaClass: "unlimited", peer: "" };
}
