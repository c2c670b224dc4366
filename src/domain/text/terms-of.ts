import { TermCounter } from "./term-counter.ts";

const counter = new TermCounter(1);

/** Terms of a text with how often each stands in it, in the order of first appearance. */
export function termsOf(text: string): Map<string, number> {
  counter.begin();
  counter.add(text, 0);
  const counts = counter.counts();
  return new Map(counter.terms().map((term, index) => [term, counts[index] as number]));
}
