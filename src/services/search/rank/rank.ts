import type { Candidate } from "../../../ports/mod.ts";
import type { Pool } from "./pool.ts";
import { priors } from "./priors.ts";
import { fileOf, type Part, part, type Ranked, total } from "./ranked.ts";
import { signals } from "./signals.ts";
import { spread } from "./spread.ts";
import type { Weights } from "./weights.ts";

/** Ranks a pool. The order is a function of the pool and the weights alone: ties go by chunk id. */
export function rank(pool: Pool, weights: Weights): Ranked[] {
  const scored = pool.candidates.map((candidate) => ({ candidate, parts: relevance(candidate, pool, weights) }));
  const byFile = new Map<string, typeof scored>(); // Map.groupBy is not in Node 20
  for (const passage of scored) {
    const file = fileOf(passage.candidate);
    const others = byFile.get(file);
    if (others) others.push(passage);
    else byFile.set(file, [passage]);
  }
  const ranked: Ranked[] = [];
  for (const passages of byFile.values()) {
    const own = passages.map(({ parts }) => total(parts));
    const siblings = siblingSums(own, weights.siblings.decay);
    for (const [at, { candidate, parts }] of passages.entries()) {
      const others = part("siblings", siblings[at] as number, weights.siblings.weight);
      if (others.contribution !== 0) parts.push(others);
      let score = total(parts);
      for (const prior of priors) {
        const weight = weights.priors[prior.name] ?? 0;
        if (weight === 0 || (prior.unless && pool.query.wants.has(prior.unless))) continue;
        const holds = prior.of(candidate, pool);
        if (holds === 0) continue;
        parts.push(part(prior.name, holds * weight, score));
        score = total(parts);
      }
      ranked.push({ candidate, parts, score });
    }
  }
  return spread(ranked, weights.repeat);
}

function relevance(candidate: Candidate, pool: Pool, weights: Weights): Part[] {
  const parts: Part[] = [];
  for (const { name, of } of signals) {
    const weight = weights.signals[name] ?? 0;
    const value = weight === 0 ? 0 : of(candidate, pool);
    if (value !== 0) parts.push(part(name, value, weight));
  }
  return parts;
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
