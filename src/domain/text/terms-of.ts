import { TermCounter } from "./term-counter.ts";

const counter = new TermCounter(1);

export interface TermCounts {
  /** In the order of first appearance. */
  readonly terms: readonly string[];
  readonly counts: Uint16Array;
}

/** Terms of a text with how often each stands in it. */
export function countTerms(text: string): TermCounts {
  counter.begin();
  counter.add(text, 0);
  return { terms: counter.terms(), counts: counter.counts() };
}

/** The same as a map, in the same order. */
export function termsOf(text: string): Map<string, number> {
  const { terms, counts } = countTerms(text);
  return new Map(terms.map((term, index) => [term, counts[index] as number]));
}
