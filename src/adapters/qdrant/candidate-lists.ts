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

/** One list of one collection: how it is asked for, and what its rows are worth exactly. */
interface List {
  readonly rows: number;
  readonly first: number;
  query(limit: number): Query;
  rank(points: readonly ScoredPoint[]): Ranked[];
}

export async function candidateLists(parts: SearchParts, asked: Asked, signal: AbortSignal): Promise<CandidateLists> {
  const { scopes, words, vector, end } = asked;
  const found = await Promise.all(
    scopes.map(async (scope) => {
      const byWords = scope.matching > 0 && words.indices.length > 0 ? [lexicalList(scope, asked)] : [];
      const comparable = vector !== undefined && scope.collection === parts.current && scope.rows > 0;
      const byVector = comparable ? [vectorList(scope, vector, end)] : [];
      const lists = [...byWords, ...byVector];
      const queries = lists.map((list) => list.query(list.first));
      const answers = await parts.points.queryBatch(scope.collection, queries, signal);
      const ranked = await Promise.all(
        lists.map((list, at) => followTies(parts, scope.collection, list, answers[at] ?? [], end, signal)),
      );
      return {
        lexical: byWords.length > 0 ? (ranked[0] ?? []) : [],
        vector: byVector.length > 0 ? (ranked.at(-1) ?? []) : [],
      };
    }),
  );
  return {
    lexical: sorted(found.flatMap((list) => list.lexical)),
    vector: sorted(found.flatMap((list) => list.vector)),
  };
}

function lexicalList({ collection, filter, matching }: Scope, { words, scorer, end }: Asked): List {
  return {
    rows: matching,
    first: matching <= scoredWhole ? matching : Math.min(matching, Math.max(end * oversampling, leastSample)),
    query: (limit) => ({
      ...{ query: words, using: lexical, filter, limit },
      with_payload: ["chunk", "counts", "lengths"],
    }),
    rank: (points) =>
      points.flatMap(({ id, payload }) => {
        const { score, matches } = scored(scorer, payload);
        // A row of another term that shares a dimension is no match.
        return matches ? [{ id, collection, chunk: payload["chunk"] as string, score }] : [];
      }),
  };
}

function vectorList({ collection, filter, rows }: Scope, vector: Float32Array, end: number): List {
  return {
    rows,
    first: Math.min(rows, end + tieMargin),
    query: (limit) => ({
      ...{ query: [...vector], using: dense, filter, limit },
      params: rows <= exactRows ? { exact: true } : { hnsw_ef: Math.max(graphWidth, limit) },
      with_payload: ["chunk", "code", "scale"],
    }),
    rank: (points) =>
      points.map(({ id, payload }) => {
        const { code, scale } = codeOf(payload);
        return { id, collection, chunk: payload["chunk"] as string, score: cosine(vector, code, scale) };
      }),
  };
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
  collection: string,
  list: List,
  first: readonly ScoredPoint[],
  end: number,
  signal: AbortSignal,
): Promise<Ranked[]> {
  const most = Math.min(list.rows, Math.max(longestTie, list.first));
  let found = first;
  for (let limit = list.first; ; ) {
    const last = found[end - 1]?.score;
    const lowest = found.at(-1)?.score;
    const goesOn =
      last !== undefined && lowest !== undefined && last - lowest <= indistinct * Math.max(1, Math.abs(last));
    if (!goesOn || found.length < limit || limit >= most) return list.rank(found);
    limit = Math.min(most, limit * 4);
    [found = []] = await points.queryBatch(collection, [list.query(limit)], signal);
  }
}

function sorted(rows: readonly Ranked[]): Ranked[] {
  return [...rows].sort((a, b) => b.score - a.score || (a.chunk < b.chunk ? -1 : 1));
}
