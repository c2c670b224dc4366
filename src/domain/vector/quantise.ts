/** The kept vector is `scale × code`. */
export interface QuantisedVector {
  readonly code: Int8Array;
  /** A float32. 0 for the zero vector. */
  readonly scale: number;
}

/**
 * The largest component becomes ±127. The scale restores the vector's length rather than its largest component,
 * so that a unit vector stays one and a text found by itself scores 1.
 */
export function quantise(vector: Float32Array): QuantisedVector {
  const code = new Int8Array(vector.length);
  let largest = 0;
  let squares = 0;
  for (let at = 0; at < vector.length; at++) {
    const value = vector[at] as number;
    squares += value * value;
    largest = Math.max(largest, Math.abs(value));
  }
  if (!(largest > 0) || !Number.isFinite(squares)) return { code, scale: 0 };
  let codeSquares = 0;
  for (let at = 0; at < vector.length; at++) {
    const value = Math.round(((vector[at] as number) / largest) * 127);
    code[at] = value;
    codeSquares += value * value;
  }
  return { code, scale: Math.fround(Math.sqrt(squares / codeSquares)) };
}
