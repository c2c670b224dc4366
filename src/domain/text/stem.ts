/**
 * Martin Porter's second English stemmer ("Porter2", https://snowballstem.org/algorithms/english/stemmer.html),
 * written from its published description. Steps about apostrophes are left out: words hold none here.
 */
const vowel = "[aeiouy]";
const hasVowel = new RegExp(vowel);
const region = new RegExp(`${vowel}[^aeiouy]`);
const doubled = /(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/;
const endsShort = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/;

const irregular = new Map(
  Object.entries({
    skis: "ski",
    skies: "sky",
    dying: "die",
    lying: "lie",
    tying: "tie",
    idly: "idl",
    gently: "gentl",
    ugly: "ugli",
    early: "earli",
    only: "onli",
    singly: "singl",
  }),
);
for (const word of ["sky", "news", "howe", "atlas", "cosmos", "bias", "andes"]) irregular.set(word, word);
const afterPlural = new Set(["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"]);

/** Longest endings first. */
const step2: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["fulness", "ful"],
  ["iveness", "ive"],
  ["ization", "ize"],
  ["ousness", "ous"],
  ["biliti", "ble"],
  ["lessli", "less"],
  ["tional", "tion"],
  ["alism", "al"],
  ["aliti", "al"],
  ["ation", "ate"],
  ["entli", "ent"],
  ["fulli", "ful"],
  ["iviti", "ive"],
  ["ousli", "ous"],
  ["abli", "able"],
  ["alli", "al"],
  ["anci", "ance"],
  ["ator", "ate"],
  ["enci", "ence"],
  ["izer", "ize"],
  ["bli", "ble"],
  ["ogi", "og"],
  ["li", ""],
];
const step3: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["alize", "al"],
  ["ative", ""],
  ["icate", "ic"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ness", ""],
  ["ful", ""],
];
const step4 = "ement able ance ence ible ment ant ate ent ion ism iti ive ize ous al er ic".split(" ");

function regionAfter(word: string, from: number): number {
  const found = region.exec(word.slice(from));
  return found === null ? word.length : from + found.index + 2;
}

function unplural(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ied") || word.endsWith("ies")) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith("us") || word.endsWith("ss") || !word.endsWith("s")) return word;
  return hasVowel.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function unverb(word: string, r1: number): string {
  const eed = /(?:eedly|eed)$/.exec(word);
  if (eed !== null) return eed.index >= r1 ? `${word.slice(0, eed.index)}ee` : word;
  const ending = /(?:ingly|edly|ing|ed)$/.exec(word);
  if (ending === null) return word;
  const rest = word.slice(0, ending.index);
  if (!hasVowel.test(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (doubled.test(rest)) return rest.slice(0, -1);
  return endsShort.test(rest) && r1 >= rest.length ? `${rest}e` : rest;
}

function derive(word: string, r1: number): string {
  for (const [ending, replacement] of step2) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    if (rest.length < r1) return word;
    if (ending === "ogi" && !rest.endsWith("l")) return word;
    if (ending === "li" && !/[cdeghkmnrt]$/.test(rest)) return word;
    return rest + replacement;
  }
  return word;
}

function strip(word: string, r1: number, r2: number): string {
  for (const [ending, replacement] of step3) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    const inside = rest.length >= (ending === "ative" ? r2 : r1);
    return inside ? rest + replacement : word;
  }
  return word;
}

function cut(word: string, r2: number): string {
  for (const ending of step4) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    return rest.length < r2 || (ending === "ion" && !/[st]$/.test(rest)) ? word : rest;
  }
  return word;
}

function finish(word: string, r1: number, r2: number): string {
  const rest = word.slice(0, -1);
  if (word.endsWith("e")) {
    return rest.length >= r2 || (rest.length >= r1 && !endsShort.test(rest)) ? rest : word;
  }
  return word.endsWith("ll") && rest.length >= r2 ? rest : word;
}

/** @param word lower-case a to z; anything else comes back as it is. */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  const known = irregular.get(word);
  if (known !== undefined) return known;
  // A y that opens the word or follows a vowel is a consonant: written Y until the end.
  let now = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
  const special = /^(?:gener|commun|arsen)/.exec(now);
  const r1 = special === null ? regionAfter(now, 0) : special[0].length;
  const r2 = regionAfter(now, r1);
  now = unplural(now);
  if (afterPlural.has(now)) return now;
  now = unverb(now, r1);
  now = now.replace(/(?<=.[^aeiouy])[yY]$/, "i");
  now = derive(now, r1);
  now = strip(now, r1, r2);
  now = cut(now, r2);
  return finish(now, r1, r2).toLowerCase();
}
