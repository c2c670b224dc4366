import type { Candidate } from "../../../ports/mod.ts";
import type { Pool } from "./pool.ts";
import { priors } from "./priors.ts";
import { fileOf, type Part, part, type Ranked, total } from "./ranked.ts";
import { signals } from "./signals.ts";
import { spread } from "./spread.ts";
import type { Weights } from "./weights.ts";

/**
 * Ranks a pool: its best `wanted` passages. The order is a function of the pool and the weights alone: ties go by
 * chunk id.
 */
export function rank(pool: Pool, weights: Weights, wanted = Number.POSITIVE_INFINITY): Ranked[] {
  const counting = signals.flatMap(({ name, of }) => {
    const weight = weights.signals[name] ?? 0;
    return weight === 0 ? [] : [{ name, of, weight }];
  });
  const taking = priors.flatMap(({ name, of, unless }) => {
    const weight = weights.priors[name] ?? 0;
    return weight === 0 || (unless && pool.query.wants.has(unless)) ? [] : [{ name, of, weight }];
  });
  const ranked: Ranked[] = [];
  for (const [file, candidates] of byFile(pool.candidates)) {
    const relevances = candidates.map((candidate) => {
      const parts: Part[] = [];
      for (const { name, of, weight } of counting) {
        const value = of(candidate, pool);
        if (value !== 0) parts.push(part(name, value, weight));
      }
      return parts;
    });
    const siblings = siblingSums(relevances.map(total), weights.siblings.decay);
    for (const [at, candidate] of candidates.entries()) {
      const parts = relevances[at] as Part[];
      const others = part("siblings", siblings[at] as number, weights.siblings.weight);
      if (others.contribution !== 0) parts.push(others);
      let score = total(parts);
      for (const { name, of, weight } of taking) {
        const holds = of(candidate, pool);
        if (holds === 0) continue;
        const taken = part(name, holds * weight, score);
        parts.push(taken);
        score += taken.contribution;
      }
      ranked.push({ candidate, file, parts, score });
    }
  }
  return spread(ranked, weights.repeat, wanted);
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
