import { type At, throwIfAborted } from "../../domain/mod.ts";
import type { Candidate, ChunkFilter, ChunkIndex, ChunkMatches, ChunkQuery, QueryTerm } from "../../ports/mod.ts";
import type { Usages } from "./graph-usage.ts";
import { tuningFor } from "./lexical-tuning.ts";
import type { Understanding } from "./query/understand.ts";
import { poolOf } from "./rank/pool.ts";
import { rank } from "./rank/rank.ts";
import type { Ranked } from "./rank/ranked.ts";
import type { Weights } from "./rank/weights.ts";
import type { Rerank } from "./rerank.ts";

/** Candidates taken from each list for one ranking. Twice as many find no more (docs/benchmarks.md). */
export const batchSize = 200;
/** Terms of a long text that are searched for, the most telling ones: the rest is noise and time. */
const mostTerms = 60;

export interface BatchPlan {
  readonly at: readonly At[];
  readonly filter: ChunkFilter;
  readonly query: Understanding;
  readonly vector: Float32Array | undefined;
  readonly weights: Weights;
  /** Unix ms. */
  readonly now: number;
  /** What the graph counts for candidates; undefined when it can't say, which it has then told the caller. */
  readonly usage: ((candidates: readonly Candidate[]) => Promise<Usages | undefined>) | undefined;
  readonly rerank: Rerank | undefined;
  /** Does the caller's work when it is the caller's turn. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A batch after its last passage is empty and says `last`. */
export interface Batch {
  /** The best `wanted` at least, or all. */
  readonly ranked: readonly Ranked[];
  readonly candidates: number;
  readonly filteredTotal: number;
  /** Whether it is ranked without the graph, which was asked. */
  readonly graphless: boolean;
  readonly last: boolean;
}

export type Timed = <T>(stage: string, work: () => Promise<T>) => Promise<T>;

/**
 * Ranks candidates in fixed batches: batch n holds the passages whose better rank in the two lists lies in
 * [n × size, (n + 1) × size). So every passage of either list is in exactly one batch, whatever the page sizes.
 */
export async function readBatch(
  index: ChunkIndex,
  plan: BatchPlan,
  number: number,
  wanted: number,
  timed: Timed,
  signal: AbortSignal,
): Promise<Batch> {
  throwIfAborted(signal);
  const query = { ...plan.query, terms: await timed("terms", () => telling(index, plan, signal)) };
  const end = (number + 1) * batchSize;
  const matches = await timed("candidates", () =>
    plan.inTurn(() => index.search(asked(plan, query.terms, end), signal)),
  );
  const candidates = matches.candidates.filter((each) => Math.floor((bestRank(each) - 1) / batchSize) === number);
  // Asked while the pool is made. Passages further down than the first batch are none that it is asked about.
  const asking = number === 0 ? plan.usage?.(candidates) : undefined;
  const texts = await timed("texts", () => quotedTexts(index, plan, candidates, signal));
  // The same first hits are read again whatever page is asked for, so that pages fit together.
  const again = number === 0 ? plan.rerank : undefined;
  const pool = await timed("pool", async () => poolOf({ query, matches, candidates, texts, now: plan.now }));
  const usage = asking && (await timed("usage", () => asking));
  const ranked = await timed("rank", async () =>
    rank({ ...pool, usage }, plan.weights, Math.max(wanted, again?.most ?? 0)),
  );
  return {
    ranked: again ? await timed("rerank", () => again.reorder(ranked, index, plan.at, signal)) : ranked,
    candidates: candidates.length,
    filteredTotal: matches.filteredTotal,
    graphless: asking !== undefined && usage === undefined,
    last: isLast(matches, plan, end),
  };
}

function asked(plan: BatchPlan, terms: readonly QueryTerm[], limit: number): ChunkQuery {
  const { at, filter, vector } = plan;
  return { at, filter, terms, tuning: tuningFor(plan.query.kind), vector, offset: 0, limit };
}

function bestRank({ lexicalRank, vectorRank }: Candidate): number {
  if (lexicalRank === 0) return vectorRank;
  return vectorRank === 0 ? lexicalRank : Math.min(lexicalRank, vectorRank);
}

function isLast(matches: ChunkMatches, plan: BatchPlan, end: number): boolean {
  return matches.lexicalTotal <= end && (plan.vector === undefined || matches.filteredTotal <= end);
}

const nothingFiltered: ChunkFilter = {
  artifactTypes: [],
  languages: [],
  pathPrefixes: [],
  pathGlobs: [],
  subsystems: [],
  tags: [],
  symbolKinds: [],
  updatedAfter: 0,
};

/** Of many terms those that weigh most by inverse document frequency. */
async function telling(index: ChunkIndex, plan: BatchPlan, signal: AbortSignal): Promise<readonly QueryTerm[]> {
  const { terms } = plan.query;
  if (terms.length <= mostTerms) return terms;
  // Without weight, filter and vector the terms are only counted.
  const counted = terms.map(({ term }) => ({ term, weight: 0 }));
  const counting = asked({ ...plan, filter: nothingFiltered, vector: undefined }, counted, 0);
  const { documents, documentFrequency } = await plan.inTurn(() => index.search(counting, signal));
  const value = terms.map(({ weight }, at) => {
    const frequency = documentFrequency[at] ?? 0;
    return frequency === 0 ? 0 : weight * Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5));
  });
  const best = terms.map((_, at) => at).sort((a, b) => (value[b] as number) - (value[a] as number) || a - b);
  return best.slice(0, mostTerms).map((at) => terms[at] as QueryTerm);
}

/** Wording counts only when the query quotes something; then the whole batch is read. */
async function quotedTexts(
  index: ChunkIndex,
  plan: BatchPlan,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (plan.query.phrases.length === 0 || candidates.length === 0) return new Map();
  const ids = candidates.map(({ chunkId }) => chunkId);
  const passages = await index.passages(plan.at, ids, signal);
  return new Map(passages.map(({ chunkId, text }) => [chunkId, text.toLowerCase()]));
}
