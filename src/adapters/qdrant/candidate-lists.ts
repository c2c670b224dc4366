import { Fault } from "../../domain/mod.ts";
import { cosine } from "../../domain/vector/mod.ts";
import type { Scorer } from "./bm25f.ts";
import { codeOf } from "./chunk-row.ts";
import { dense, lexical } from "./collections.ts";
import type { Payload, Query, ScoredPoint } from "./points.ts";
import type { Scope, SearchParts } from "./search.ts";
import type { SparseVector } from "./sparse-vector.ts";

/** Up to so many matching rows, all are scored here: the lexical list is then exact whatever the engine thinks. */
const scoredWhole = 1_000;
/** Of more rows, so many for each one wanted: the engine's order is near to ours, not equal to it. */
const oversampling = 4;
const leastSample = 512;
/** Rows beyond the wanted ones, to see whether a tie goes on. */
const tieMargin = 32;
/** Where a tie is followed no further. */
const longestTie = 8_192;
/** Up to so many rows the engine looks at each; past that it walks its graph. */
const exactRows = 20_000;
/** How widely it walks: recall of 0.99 and more for hundreds of results. */
const graphWidth = 512;
/** The engine's products are of single floats: what differs by less may be equal. */
const indistinct = 1e-5;

export interface Ranked {
  readonly id: string;
  readonly collection: string;
  readonly chunk: string;
  readonly score: number;
}

/** Best first, from rank 1 to the end of the page or beyond. */
export interface CandidateLists {
  readonly lexical: readonly Ranked[];
  readonly vector: readonly Ranked[];
}

interface Asked {
  readonly scopes: readonly Scope[];
  readonly words: SparseVector;
  readonly vector: Float32Array | undefined;
  readonly scorer: Scorer;
  /** The last rank wanted. */
  readonly end: number;
}

export async function candidateLists(parts: SearchParts, asked: Asked, signal: AbortSignal): Promise<CandidateLists> {
  const { scopes, words, vector, scorer, end } = asked;
  const lists = await Promise.all(
    scopes.map(async (scope) => {
      const sample = scope.matching <= scoredWhole ? scope.matching : Math.max(end * oversampling, leastSample);
      const byWords = scope.matching > 0 && words.indices.length > 0;
      const byVector = vector !== undefined && scope.collection === parts.current && scope.rows > 0;
      const near = Math.min(scope.rows, end + tieMargin);
      const searches = [
        ...(byWords ? [lexicalQuery(scope, words, sample)] : []),
        ...(byVector ? [denseQuery(scope, vector, near)] : []),
      ];
      const answers = await parts.points.queryBatch(scope.collection, searches, signal);
      return {
        lexical: byWords ? rankedByWords(scope, answers[0]!, scorer) : [],
        vector: byVector ? await followTies(parts, scope, vector, answers.at(-1)!, end, near, signal) : [],
      };
    }),
  );
  return {
    lexical: sorted(lists.flatMap((list) => list.lexical)),
    vector: sorted(lists.flatMap((list) => list.vector)),
  };
}

function lexicalQuery({ filter }: Scope, words: SparseVector, limit: number): Query {
  return { query: words, using: lexical, filter, limit, with_payload: ["chunk", "counts", "lengths"] };
}

function denseQuery({ filter, rows }: Scope, vector: Float32Array, limit: number): Query {
  const params = rows <= exactRows ? { exact: true } : { hnsw_ef: Math.max(graphWidth, limit) };
  return { query: [...vector], using: dense, filter, params, limit, with_payload: ["chunk", "code", "scale"] };
}

function rankedByWords({ collection }: Scope, points: readonly ScoredPoint[], scorer: Scorer): Ranked[] {
  return points.flatMap(({ id, payload }) => {
    const { score, matches } = scored(scorer, payload);
    // A row of another term that shares a dimension is no match.
    return matches ? [{ id, collection, chunk: payload["chunk"] as string, score }] : [];
  });
}

/** @throws Fault internal for a damaged row */
export function scored(scorer: Scorer, payload: Payload): { readonly score: number; readonly matches: boolean } {
  try {
    return scorer.score(payload["counts"] as string, payload["lengths"] as readonly number[]);
  } catch (cause) {
    throw new Fault("internal", "a row of the Qdrant index is damaged: run a full ingest", { cause });
  }
}

/** Asks for more while rows that were left out may equal the last one wanted: their ids decide. */
async function followTies(
  { points }: SearchParts,
  scope: Scope,
  vector: Float32Array,
  first: readonly ScoredPoint[],
  end: number,
  near: number,
  signal: AbortSignal,
): Promise<readonly Ranked[]> {
  let found = first;
  for (let limit = near; ; ) {
    const rank = (point: ScoredPoint): Ranked => {
      const { code, scale } = codeOf(point.payload);
      const score = cosine(vector, code, scale);
      return { id: point.id, collection: scope.collection, chunk: point.payload["chunk"] as string, score };
    };
    const ranked = sorted(found.map(rank));
    const last = ranked[end - 1];
    const lowest = found.at(-1);
    const settled = last === undefined || lowest === undefined || lowest.score < last.score - indistinct;
    if (settled || found.length < limit || limit >= Math.min(scope.rows, longestTie)) return ranked;
    limit = Math.min(scope.rows, longestTie, limit * 4);
    [found = []] = await points.queryBatch(scope.collection, [denseQuery(scope, vector, limit)], signal);
  }
}

function sorted(rows: readonly Ranked[]): Ranked[] {
  return [...rows].sort((a, b) => b.score - a.score || (a.chunk < b.chunk ? -1 : 1));
}
