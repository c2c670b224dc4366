/** 48 bits of a term: the upper 32 are its dimension in the sparse vector. */
export interface TermHash {
  readonly dimension: number;
  readonly low: number;
}

/**
 * Two multiplicative hashes of the UTF-16 units with different multipliers, each mixed at the end. Kept in stored
 * points: a change needs a new layout number.
 */
export function termHash(term: string): TermHash {
  let a = 0x9747b28c ^ term.length;
  let b = 0x2545f491 ^ term.length;
  for (let at = 0; at < term.length; at++) {
    const unit = term.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x5bd1e995);
    a ^= a >>> 15;
    b = Math.imul(b + unit, 0x27d4eb2f);
    b ^= b >>> 13;
  }
  return { dimension: mixed(a), low: mixed(b) & 0xffff };
}

function mixed(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}
