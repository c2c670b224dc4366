/**
 * Cosine of a unit query with a kept vector, in doubles, component by component: every index computes it this
 * way, so that scores and ties agree.
 */
export function cosine(query: Float32Array, code: Int8Array, scale: number, offset = 0): number {
  let sum = 0;
  for (let at = 0; at < query.length; at++) sum += (query[at] as number) * (code[offset + at] as number);
  return sum * scale;
}
