/** A committed state of a source that readers are served. */
export interface Revision {
  readonly source: string;
  readonly generation: number;
  /** "" outside Git. */
  readonly commit: string;
  /** Unix ms. */
  readonly indexedAt: number;
  /** Whether the work tree had uncommitted changes when it was read. */
  readonly dirty: boolean;
  /** Embedder and chunker under which it was written. */
  readonly fingerprint: string;
  /** Hash of what else decides the index's content: catalogue, rules, limits. */
  readonly configuration: string;
  readonly files: number;
  readonly chunks: number;
}

/** A source at a generation: what reads name. */
export interface At {
  readonly source: string;
  readonly generation: number;
}

/** Alive rows carry this as `dead`: the largest integer a double holds exactly. */
export const alive = Number.MAX_SAFE_INTEGER;

/** Larger than the last, and than any number a lost state may have given: it follows the clock (Unix ms). */
export function nextGeneration(previous: number, nowMs: number): number {
  return Math.max(previous + 1, nowMs);
}
