import type { Candidate } from "../../../ports/mod.ts";
import type { Pool } from "./pool.ts";
import { type Prior, priors } from "./priors.ts";
import { fileOf, type Part, part, type Ranked, type Scored } from "./ranked.ts";
import { type Signal, signals } from "./signals.ts";
import { spread } from "./spread.ts";
import type { Weights } from "./weights.ts";

type Weighed<T extends Signal | Prior> = Pick<T, "name" | "of"> & { readonly weight: number };

/** What counts for a pool. */
interface Measure {
  readonly pool: Pool;
  readonly signals: readonly Weighed<Signal>[];
  readonly priors: readonly Weighed<Prior>[];
  readonly siblings: Weights["siblings"];
}

/**
 * Ranks a pool: its best `wanted` passages. The order is a function of the pool and the weights alone: ties go by
 * chunk id.
 */
export function rank(pool: Pool, weights: Weights, wanted = Number.POSITIVE_INFINITY): Ranked[] {
  const measure: Measure = {
    pool,
    signals: signals.flatMap(({ name, of }) => {
      const weight = weights.signals[name] ?? 0;
      return weight === 0 ? [] : [{ name, of, weight }];
    }),
    priors: priors.flatMap(({ name, of, unless }) => {
      const weight = weights.priors[name] ?? 0;
      return weight === 0 || (unless && pool.query.wants.has(unless)) ? [] : [{ name, of, weight }];
    }),
    siblings: weights.siblings,
  };
  const scored: Scored[] = [];
  for (const [file, candidates] of byFile(pool.candidates)) {
    const relevances = candidates.map((candidate) => relevanceOf(candidate, measure));
    const siblings = siblingSums(relevances, weights.siblings.decay);
    for (const [at, candidate] of candidates.entries()) {
      const others = siblings[at] as number;
      const score = settled(candidate, relevances[at] as number, others, measure);
      scored.push({ candidate, file, siblings: others, score, adjusted: [] });
    }
  }
  return spread(scored, weights.repeat, wanted).map((each) => explained(each, measure));
}

/** Hears of each part of a score in turn; most candidates are only scored, since few are shown. */
type Tell = (part: Part) => void;

function relevanceOf(candidate: Candidate, { signals, pool }: Measure, tell?: Tell): number {
  let sum = 0;
  for (const { name, of, weight } of signals) {
    const value = of(candidate, pool);
    if (value === 0) continue;
    sum += value * weight;
    tell?.(part(name, value, weight));
  }
  return sum;
}

/** The score of a passage of some relevance: with what its file's others add, and what its kind takes. */
function settled(
  candidate: Candidate,
  relevance: number,
  others: number,
  { siblings, priors, pool }: Measure,
  tell?: Tell,
): number {
  let score = relevance;
  if (others * siblings.weight !== 0) {
    score += others * siblings.weight;
    tell?.(part("siblings", others, siblings.weight));
  }
  for (const { name, of, weight } of priors) {
    const holds = of(candidate, pool);
    if (holds === 0) continue;
    tell?.(part(name, holds * weight, score));
    score += holds * weight * score;
  }
  return score;
}

function explained({ candidate, file, siblings, score, adjusted }: Scored, measure: Measure): Ranked {
  const parts: Part[] = [];
  const tell = (each: Part) => void parts.push(each);
  settled(candidate, relevanceOf(candidate, measure, tell), siblings, measure, tell);
  return { candidate, file, score, parts: [...parts, ...adjusted] };
}

function byFile(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const files = new Map<string, Candidate[]>(); // Map.groupBy is not in Node 20
  for (const candidate of candidates) {
    const file = fileOf(candidate);
    const others = files.get(file);
    if (others) others.push(candidate);
    else files.set(file, [candidate]);
  }
  return files;
}

/** For each passage, the file's others, best first, each counting `decay` of the one before. */
function siblingSums(scores: readonly number[], decay: number): number[] {
  const order = scores.map((_, at) => at).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  return scores.map((_, self) => {
    let sum = 0;
    let factor = 1;
    for (const other of order) {
      if (other === self) continue;
      sum += factor * (scores[other] as number);
      factor *= decay;
      if (factor < 1e-4) break;
    }
    return sum;
  });
}
