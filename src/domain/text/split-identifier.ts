import { classOf, digit, hyphen, lower, separator, underscore, upper } from "./character-class.ts";

/** Whether an upper-case run that ends at `at` is an acronym's plural: "URLs", "IDs". */
function pluralAt(word: string, at: number): boolean {
  return word.charCodeAt(at) === 0x73 && (at + 1 === word.length || classOf(word.charCodeAt(at + 1)) !== lower);
}

/**
 * The words inside an identifier, as written: camelCase, PascalCase, HTTPServer, snake_case, kebab-case, utf8.
 * A natural word comes back alone.
 */
export function splitIdentifier(word: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let before = separator;
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at);
    const now = classOf(unit);
    if (now === underscore || now === hyphen) {
      if (at > start) parts.push(word.slice(start, at));
      start = at + 1;
    } else if (at > start) {
      const turnsNumber = (now === digit) !== (before === digit);
      const hump = before === lower && now === upper;
      // HTTPServer: the last capital before a small letter begins the next word.
      const acronymEnds = now === lower && before === upper && at - 1 > start && !pluralAt(word, at);
      if (turnsNumber || hump) {
        parts.push(word.slice(start, at));
        start = at;
      } else if (acronymEnds) {
        parts.push(word.slice(start, at - 1));
        start = at - 1;
      }
    }
    before = now;
  }
  if (start < word.length) parts.push(word.slice(start));
  return parts;
}
