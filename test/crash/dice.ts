/** Random numbers that a seed repeats. */
export interface Dice {
  /** An integer from 0 to one less than `limit`. */
  below(limit: number): number;
}

/** Marsaglia's xorshift32 ("Xorshift RNGs", 2003). */
export function dice(seed: number): Dice {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return {
    below(limit) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return Math.floor((state / 2 ** 32) * limit);
    },
  };
}
