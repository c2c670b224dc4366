/**
 * 53 bits of a name, from two multiplicative hashes of its code units: among ten million names of a source two that
 * differ share a number once in a hundred such sources, and then a file is linked anew for nothing.
 */
export function nameHash(name: string): number {
  let low = 0x9e3779b9;
  let high = 0x7f4a7c15;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    high = Math.imul(high ^ unit, 0xc2b2ae35);
    low = (low << 13) | (low >>> 19);
    high = (high << 7) | (high >>> 25);
  }
  low = Math.imul(low ^ (low >>> 16) ^ high, 0x27d4eb2f);
  high = Math.imul(high ^ (high >>> 15) ^ low, 0x165667b1);
  return ((high >>> 11) & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
