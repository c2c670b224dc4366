/** Turns text and code into the terms that the lexical index holds and queries ask for. */
export { type FieldTerms, fieldCount, fieldTerms } from "./field-terms.ts";
export { splitIdentifier } from "./split-identifier.ts";
export { stem } from "./stem.ts";
export { isStopWord } from "./stop-words.ts";
export { countTerms, distinctTerms, type TermCounts, termsOf } from "./terms-of.ts";
export { termsOfWord } from "./terms-of-word.ts";
