export interface IngestSettings {
  /** Every run only plans. */
  readonly dryRun: boolean;
  /** Larger files are skipped as TOO_LARGE, bytes. */
  readonly maxFileBytes: number;
  /** Globs of paths that are secrets too, and of paths that are none whatever the rules say. Default: none. */
  readonly secretPathsExtra?: readonly string[];
  readonly secretAllow?: readonly string[];
  /** What a run does when the index was written under another embedder or chunker. */
  readonly embedderChange: "rebuild" | "refuse";
  /** Whether a start ingests: always, never, or the sources that are not indexed as they now are. */
  readonly onStart: "auto" | "on" | "off";
  /**
   * Whether the index has this process as its one owner: what a former process left running is then over, and its
   * leases are taken back at the start instead of waited for. Default true.
   */
  readonly soleOwner?: boolean;
  /** Whether runs write the graph. Default true; false is for measuring what that costs. */
  readonly graph?: boolean;
}

/** The settings that decide which files are read. */
export type Rules = Pick<IngestSettings, "maxFileBytes" | "secretPathsExtra" | "secretAllow">;

/** How long a lease lives without a heartbeat, ms: a paused process is given up after this. */
export const leaseTtlMs = 30_000;
/** A third of it, so that two heartbeats may be missed. */
export const heartbeatMs = 10_000;
/** Runs at work at once in this process; more sources wait their turn, so that memory stays bounded. */
export const runsAtOnce = 2;

export function leaseName(source: string): string {
  return `ingest:${source}`;
}
