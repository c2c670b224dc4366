import type { At, IngestRun, Revision } from "../domain/mod.ts";
import type { Lease } from "./leases.ts";

/** Which generation of each source is served. One row a source; changing it flips index and graph together. */
export interface Revisions {
  /** The served revision of every source, by source name. From memory: no I/O. */
  served(): readonly Revision[];
  /** Served now, or superseded less than the grace ago: what page tokens may still name. From memory. */
  readable(at: At): Revision | undefined;
  /** Rereads what other gateways on the same state flipped: `served` is then what is stored. */
  refresh(signal: AbortSignal): Promise<void>;
  /**
   * Serves a revision and stores its run as succeeded, in one transaction.
   * @throws Fault `conflict` when the lease is no longer held (fencing) or the generation does not grow.
   */
  flip(revision: Revision, run: IngestRun, lease: Lease, signal: AbortSignal): Promise<void>;
  /** Superseded generations older than the grace (Unix ms now): forgets them; returns, per source, the oldest still readable. */
  expire(now: number, signal: AbortSignal): Promise<readonly At[]>;
  /** Stops serving a source that the configuration no longer names, and notes that its rows are to be swept. */
  retire(source: string, signal: AbortSignal): Promise<void>;
  /** Sources that were retired and not yet forgotten, by name. */
  retired(signal: AbortSignal): Promise<readonly string[]>;
  /** Nothing is left of a retired source. */
  forget(source: string, signal: AbortSignal): Promise<void>;
}
