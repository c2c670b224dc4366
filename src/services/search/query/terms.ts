import { isStopWord, termsOf } from "../../../domain/text/mod.ts";
import type { QueryTerm } from "../../../ports/mod.ts";
import { aliasesOf } from "./aliases.ts";
import { addNames } from "./mentions.ts";

/** Words that say how the question is put rather than what it is about; they keep half their weight. */
const filler = new Set([
  ...termsOf(
    `get gets use used uses using work works working make makes made find show do implement implemented implementation
    handle handled handles handling support supports supported provide provides code function functions method methods
    class classes file files way define defined definition logic mechanism feature various different given let want need
    internal internally main core based`,
  ).keys(),
]);
const fillerWeight = 0.5;
/** Languages: people add them to say what they write in, and in a repository nearly everything is of one. */
const languages = new Set(termsOf("python javascript typescript java golang rust ruby php kotlin csharp").keys());
const languageWeight = 0.2;

function ownWeight(term: string): number {
  if (languages.has(term)) return languageWeight;
  return filler.has(term) ? fillerWeight : 1;
}

/** Two neighbouring words as one identifier would spell them: "rate limiter" finds `rateLimiter`. */
const compoundWeight = 0.4;

/** Another word for one of the query's: likely meant, but not said. */
const aliasWeight = 0.35;

/** Terms of a query, and which of them only stand in for another. */
export interface QueryTerms {
  readonly terms: readonly QueryTerm[];
  /** From alias to the query's own term. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Terms of a short query: each word, neighbours joined, and other words for them. */
export function shortTerms(query: string): QueryTerms {
  const weights = new Map<string, number>();
  for (const [term, count] of termsOf(query)) {
    weights.set(term, ownWeight(term) * Math.min(count, 2) ** 0.5);
  }
  for (const joined of compounds(query)) if (!weights.has(joined)) weights.set(joined, compoundWeight);
  const aliases = new Map<string, string>();
  for (const [term, weight] of [...weights]) {
    for (const alias of aliasesOf(term)) {
      if (weights.has(alias)) continue;
      weights.set(alias, weight * aliasWeight);
      aliases.set(alias, term);
    }
  }
  return { terms: asTerms(weights), aliases };
}

function compounds(query: string): string[] {
  const words = (query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > 1);
  const joined: string[] = [];
  for (let at = 0; at + 1 < words.length && joined.length < 12; at++) {
    const [one, two] = [words[at] as string, words[at + 1] as string];
    const says = !isStopWord(one) || !isStopWord(two);
    if (says && one.length + two.length <= 40) joined.push(one + two);
  }
  return joined;
}

/** Lines of a report that hold no subject: separators, timestamps, addresses. */
const noise = /^[\s\d\W]*$/u;
/** The title says it best; words in backticks are names. Weights relative to a word of the body. */
const titleWeight = 2;
const namedWeight = 2;

/**
 * Terms of a long text, with how much each says. How often a word stands counts by its root: a log repeats itself.
 * The caller keeps the best by IDF.
 */
export function reportTerms(query: string): QueryTerms {
  const [title = "", ...body] = query
    .trim()
    .split("\n")
    .filter((line) => !noise.test(line));
  const weights = new Map<string, number>();
  const add = (text: string, factor: number) => {
    for (const [term, count] of termsOf(text)) weights.set(term, (weights.get(term) ?? 0) + factor * count);
  };
  add(title, titleWeight);
  add(body.join("\n"), 1);
  for (const [, name] of query.matchAll(/`([^`\n]{1,120})`/gu)) {
    const names = new Set<string>();
    addNames(name as string, names);
    for (const each of names) add(each, namedWeight);
  }
  for (const [term, count] of weights) weights.set(term, Math.sqrt(count) * ownWeight(term));
  return { terms: asTerms(weights), aliases: new Map() };
}

function asTerms(weights: ReadonlyMap<string, number>): QueryTerm[] {
  return [...weights].map(([term, weight]) => ({ term, weight }));
}
