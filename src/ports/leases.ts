export interface Lease {
  readonly name: string;
  /** Who holds it: the run id. */
  readonly holder: string;
  /** Grows with every acquisition of the name: an older one can't write. */
  readonly fence: number;
}

/** One holder at a time, across processes that share the state store. */
export interface Leases {
  /**
   * Takes it when free, expired or held by the same holder; else returns the present holder's id.
   * `ttlMs` counts from the store's latest heartbeat.
   */
  acquire(
    name: string,
    holder: string,
    ttlMs: number,
    signal: AbortSignal,
  ): Promise<Lease | { readonly heldBy: string }>;
  /** Prolongs it. @throws Fault `conflict` when it was lost. */
  renew(lease: Lease, ttlMs: number, signal: AbortSignal): Promise<void>;
  /** Idempotent; a lost lease is left to its new holder. */
  release(lease: Lease): Promise<void>;
}
