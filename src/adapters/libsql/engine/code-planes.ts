/** Dimensions in 16 bytes of a plane, and its 16-bit lanes; see kernel/scan.as. */
const group = 32;
const lanes = 8;

/** A row's bytes as the kernel takes them: half in each plane, dimensions filled up to whole groups. */
export function strideOf(dimensions: number): number {
  return Math.max(group, Math.ceil(dimensions / group) * group);
}

/** Writes a row's codes from `from` on into both planes, at lane `to`. Codes behind `dimensions` are 0. */
export function splitCodes(
  codes: Int8Array,
  from: number,
  dimensions: number,
  high: Uint16Array,
  low: Uint16Array,
  to: number,
): void {
  let lane = to;
  for (let first = 0; first < dimensions; first += group) {
    for (let at = first; at < first + lanes; at++) {
      let highs = 0;
      let lows = 0;
      for (let nibble = 0; nibble < 4; nibble++) {
        const dimension = at + nibble * lanes;
        if (dimension >= dimensions) break;
        const code = codes[from + dimension] as number;
        highs |= ((code >> 4) & 15) << (nibble * 4);
        lows |= (code & 15) << (nibble * 4);
      }
      high[lane] = highs;
      low[lane++] = lows;
    }
  }
}

/** The row whose planes begin at lane `from`, as codes; `codes` has room for whole groups. */
export function joinCodes(high: Uint16Array, low: Uint16Array, from: number, codes: Int8Array): void {
  for (let first = 0, lane = from; first < codes.length; first += group) {
    for (let at = first; at < first + lanes; at++, lane++) {
      const highs = high[lane] as number;
      const lows = low[lane] as number;
      // Int8Array keeps the lowest eight bits, sign and all.
      codes[at] = (highs << 4) | (lows & 15);
      codes[at + lanes] = (highs & 240) | ((lows >> 4) & 15);
      codes[at + 2 * lanes] = ((highs >> 4) & 240) | ((lows >> 8) & 15);
      codes[at + 3 * lanes] = ((highs >> 8) & 240) | (lows >> 12);
    }
  }
}
