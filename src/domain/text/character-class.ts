/** What a UTF-16 unit (or an astral code point) is to the word scanner. */
export const separator = 0;
export const lower = 1;
export const upper = 2;
export const digit = 3;
export const underscore = 4;
export const hyphen = 5;
/** A letter without case, or a mark that continues a word. */
export const letter = 6;
/** A character of a script written without spaces: a term by itself. */
export const single = 7;

/** Han, kana, Bopomofo, Yi; Thai, Lao, Tibetan, Myanmar, Khmer: scripts that put no space between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Thai}\p{Script=Lao}\p{Script=Tibetan}\p{Script=Myanmar}\p{Script=Khmer}]/u;
const lowerCase = /\p{Ll}/u;
const upperCase = /[\p{Lu}\p{Lt}]/u;
const number = /\p{N}/u;
const wordLike = /[\p{L}\p{M}\u200c\u200d]/u;

function classify(character: string): number {
  if (lowerCase.test(character)) return lower;
  if (upperCase.test(character)) return upper;
  if (number.test(character)) return digit;
  if (!wordLike.test(character)) return separator;
  return unspaced.test(character) ? single : letter;
}

/** Blocks of 256 units, classified when first met: 65,536 regular expressions at start would cost 30 ms. */
const blocks: (Uint8Array | undefined)[] = new Array(256);
const astral = new Map<number, number>();

function block(high: number): Uint8Array {
  const classes = new Uint8Array(256);
  for (let low = 0; low < 256; low++) {
    const unit = high * 256 + low;
    const surrogate = unit >= 0xd800 && unit <= 0xdfff;
    classes[low] = surrogate ? separator : classify(String.fromCharCode(unit));
  }
  if (high === 0) {
    classes[0x5f] = underscore;
    classes[0x2d] = hyphen;
  }
  blocks[high] = classes;
  return classes;
}

/** Class of a UTF-16 unit; surrogates are separators here, see `classOfAstral`. */
export function classOf(unit: number): number {
  return (blocks[unit >> 8] ?? block(unit >> 8))[unit & 255] as number;
}

/** Class of a code point past U+FFFF. */
export function classOfAstral(codePoint: number): number {
  let known = astral.get(codePoint);
  if (known === undefined) {
    known = classify(String.fromCodePoint(codePoint));
    if (astral.size < 100_000) astral.set(codePoint, known);
  }
  return known;
}

/** The first 128 classes, for the scanner's inner loop. */
export const asciiClass: Uint8Array = block(0).slice(0, 128);
