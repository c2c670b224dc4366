/** Bytes of `[from, to)` of a text in UTF-8, where a surrogate without its other half is the replacement character. */
export function utf8Length(text: string, from: number, to: number): number {
  let bytes = to - from;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // Both halves of a pair are one character of four bytes.
    if (unit >= 0xd800 && unit <= 0xdbff && at + 1 < to && isSecondHalf(text.charCodeAt(at + 1))) at += 1;
  }
  return bytes;
}

function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
