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

/** The terms alone. */
export function distinctTerms(text: string): string[] {
  counter.begin();
  counter.add(text, 0);
  return counter.terms();
}

/** Terms of a text as a map, with how often each stands in it. */
export function termsOf(text: string): Map<string, number> {
  const { terms, counts } = countTerms(text);
  return new Map(terms.map((term, index) => [term, counts[index] as number]));
}
