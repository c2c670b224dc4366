/** Reads question and passage together, and says how well the one answers the other. */
export interface Reranker {
  /** Of a search's hits, how many of the first it may be asked about; 0: there is none. */
  readonly most: number;
  /**
   * One number a text, in order, 0 (beside the point) to 1 (the answer). At most `most` texts.
   * @throws Fault `unavailable`, `cancelled`, `deadline`; a search then does without.
   */
  score(query: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array>;
}
