export type EmbedKind = "passage" | "query";

/** Turns text into unit vectors. */
export interface Embedder {
  /** Model, dimensions, normalisation: vectors of different fingerprints are never compared. */
  readonly fingerprint: string;
  readonly dimensions: number;
  /**
   * One vector a text, in order, each of `dimensions` floats and length 1 (all zero for text without words).
   * Deterministic for a fingerprint. @throws Fault `unavailable`, `cancelled`, `deadline`.
   */
  embed(texts: readonly string[], kind: EmbedKind, signal: AbortSignal): Promise<Float32Array[]>;
  /** No more passages for now: a thread that has nothing to do is let go with its memory. */
  rest?(): void;
  ready(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
