import type { Target } from "./questions.ts";

export interface FoundPassage {
  readonly path: string;
  readonly lines: { readonly start: number; readonly end: number };
}

export interface Score {
  readonly ndcg10: number;
  readonly recall10: number;
  readonly mrr10: number;
}

const depth = 10;

/**
 * Binary gains: a target counts at the rank of the first hit in its file that overlaps its lines (any hit of the
 * file when it names none). The ideal list holds each target at a rank of its own.
 */
export function scoreOf(targets: readonly Target[], hits: readonly FoundPassage[]): Score {
  const ranks = targets.map((target) => hits.slice(0, depth).findIndex((hit) => answers(hit, target)) + 1);
  const found = ranks.filter((rank) => rank > 0);
  const gain = found.reduce((sum, rank) => sum + discount(rank), 0);
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(depth, targets.length); rank++) ideal += discount(rank);
  return {
    ndcg10: ideal > 0 ? gain / ideal : 0,
    recall10: targets.length > 0 ? found.length / targets.length : 0,
    mrr10: found.length > 0 ? 1 / Math.min(...found) : 0,
  };
}

function answers(hit: FoundPassage, { path, lines }: Target): boolean {
  return hit.path === path && (lines === undefined || (hit.lines.start <= lines.end && hit.lines.end >= lines.start));
}

function discount(rank: number): number {
  return 1 / Math.log2(rank + 1);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean. */
export function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap, 95%, of the mean over sets of the mean over their questions. For a comparison, give the
 * differences question by question. `random` gives numbers in [0, 1): seeded, so that a report can be repeated.
 */
export function bootstrap(sets: readonly (readonly number[])[], random: () => number, rounds = 2_000): Interval {
  const means: number[] = [];
  for (let round = 0; round < rounds; round++) {
    means.push(
      mean(sets.map((values) => mean(values.map(() => values[Math.floor(random() * values.length)] as number)))),
    );
  }
  return { low: percentile(means, 0.025), high: percentile(means, 0.975) };
}

/** mulberry32: small, seeded, good enough to resample with. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
