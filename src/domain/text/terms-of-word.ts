import { classOf, single } from "./character-class.ts";
import { splitIdentifier } from "./split-identifier.ts";
import { stem } from "./stem.ts";
import { isStopWord } from "./stop-words.ts";

/** UTF-16 units of a term. One letter says nothing; longer than 64 is data, not a word. */
const shortest = 2;
const longest = 64;
/** A word that falls into more parts than this is a hash or an encoding: only the whole is a term. */
const mostParts = 16;

const ascii = /^[\x20-\x7e]*$/;

/** One form for one spelling: compatibility forms united, combining accents dropped. */
function plain(word: string): string {
  return ascii.test(word)
    ? word
    : word
        .normalize("NFKD")
        .replace(/[\u0300-\u036f]/g, "")
        .normalize("NFKC");
}

/**
 * Terms of parts met before, "" for stop words: identifiers are made of few parts, and stemming one costs as much as
 * scanning a hundred words. Beyond this many all is forgotten: about 2 MB.
 */
const mostPartsKnown = 20_000;
const known = new Map<string, string>();

/** @param part lower case. */
function termOfPart(part: string): string {
  let term = known.get(part);
  if (term === undefined) {
    term = isStopWord(part) ? "" : stem(part);
    if (known.size >= mostPartsKnown) known.clear();
    known.set(part, term);
  }
  return term;
}

function fits(term: string): boolean {
  return term.length >= shortest && term.length <= longest;
}

/**
 * Terms of one word as the scanner cuts it. A natural word gives its stem or, as a stop word, nothing; an
 * identifier gives its parts in the same way and itself, lower-cased and without separators, so that
 * `chunkIndex`, `chunk_index` and `chunk-index` meet.
 */
export function termsOfWord(word: string): string[] {
  const parts = splitIdentifier(plain(word));
  const only = parts[0];
  if (only === undefined) return [];
  if (only.length <= 2 && parts.length === 1 && classOf(only.charCodeAt(0)) === single) return [only];
  const terms: string[] = [];
  if (parts.length <= mostParts) {
    for (const part of parts) {
      const term = termOfPart(part.toLowerCase());
      if (fits(term)) terms.push(term);
    }
  }
  if (parts.length > 1) {
    const whole = parts.join("").toLowerCase();
    if (fits(whole)) terms.push(whole);
  }
  return terms;
}
