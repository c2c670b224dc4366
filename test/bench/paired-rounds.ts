import { median } from "./figures.ts";

/**
 * Measures each of several in turn, round by round, after a round that warms up: what the machine does besides weighs on
 * all of them alike. Medians of the rounds: the rate, and its share of the first one's in the same round. The order turns
 * from round to round, since a round feels what was before it.
 */
export async function pairedRounds<T>(
  them: readonly T[],
  rounds: number,
  rateOf: (one: T) => Promise<number>,
): Promise<readonly { readonly perSecond: number; readonly ofFirst: number }[]> {
  for (const one of them) await rateOf(one);
  const rates = them.map((): number[] => []);
  for (let i = 0; i < rounds; i += 1) {
    for (let j = 0; j < them.length; j += 1) {
      const at = (i + j) % them.length;
      rates[at]!.push(await rateOf(them[at]!));
    }
  }
  return rates.map((own) => ({
    perSecond: median(own),
    ofFirst: median(own.map((rate, i) => rate / rates[0]![i]!)),
  }));
}
