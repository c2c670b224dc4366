import { throwIfAborted } from "../../domain/mod.ts";
import { type ChunkMatches, type ChunkQuery, lexicalFields } from "../../ports/mod.ts";
import { Scorer, type Statistics } from "./bm25f.ts";
import { type CandidateLists, candidateLists } from "./candidate-lists.ts";
import { chunkConditions, globsOf, isOpen } from "./chunk-conditions.ts";
import type { FileTables } from "./file-table.ts";
import { all, among, any, type Filter } from "./filters.ts";
import type { Generation, Generations } from "./generations.ts";
import type { Points } from "./points.ts";
import { showCandidates } from "./show-candidates.ts";
import { sparseQuery } from "./sparse-vector.ts";
import { byCollection, type TermFrequencies } from "./term-frequencies.ts";

export interface SearchParts {
  readonly points: Points;
  readonly generations: Generations;
  readonly tables: FileTables;
  readonly frequencies: TermFrequencies;
  /** The collection whose vectors the query's can be compared with. */
  readonly current: string;
}

/** What is searched of one collection. */
export interface Scope {
  readonly collection: string;
  readonly filter: Filter;
  readonly rows: number;
  /** Rows that hold a query term. */
  readonly matching: number;
}

/** Both candidate lists from the engine in one exchange; totals, statistics, exact scores and ties are kept here. */
export async function searchChunks(parts: SearchParts, query: ChunkQuery, signal: AbortSignal): Promise<ChunkMatches> {
  throwIfAborted(signal);
  globsOf(query.filter);
  const found = await Promise.all(query.at.map((at) => parts.generations.at(at, signal)));
  const searched = found.filter((one) => one !== undefined).filter(({ chunks }) => chunks > 0);
  const statistics = await statisticsOf(parts, query, searched, signal);
  const scopes = await scopesOf(parts, query, searched, statistics, signal);
  const scorer = new Scorer(query.terms, query.tuning, statistics);
  // A vector without direction is near to nothing.
  const vector = query.vector?.some((component) => component !== 0) ? query.vector : undefined;
  const words = sparseQuery(query.terms, statistics);
  const end = query.offset + query.limit;
  const lists: CandidateLists = await candidateLists(parts, { scopes, words, vector, scorer, end }, signal);
  return {
    candidates: await showCandidates(parts.points, lists, { ...query, vector }, parts.current, scorer, signal),
    lexicalTotal: scopes.reduce((sum, { matching }) => sum + matching, 0),
    filteredTotal: scopes.reduce((sum, { rows }) => sum + rows, 0),
    documents: statistics.documents,
    documentFrequency: statistics.documentFrequency,
    lexicalMax: lists.lexical[0]?.score ?? 0,
    vectorMax: lists.vector[0]?.score ?? 0,
  };
}

async function statisticsOf(
  { frequencies }: SearchParts,
  { terms }: ChunkQuery,
  searched: readonly Generation[],
  signal: AbortSignal,
): Promise<Statistics> {
  const documents = searched.reduce((sum, { chunks }) => sum + chunks, 0);
  const averageLengths = lexicalFields.map((_, field) => {
    return documents === 0 ? 0 : searched.reduce((sum, { lengths }) => sum + (lengths[field] ?? 0), 0) / documents;
  });
  const documentFrequency = documents === 0 ? terms.map(() => 0) : await frequencies.of(terms, searched, signal);
  return { documents, averageLengths, documentFrequency };
}

async function scopesOf(
  { points, tables }: SearchParts,
  { filter, terms }: ChunkQuery,
  searched: readonly Generation[],
  statistics: Statistics,
  signal: AbortSignal,
): Promise<Scope[]> {
  const open = isOpen(filter);
  const asked = terms.filter(({ weight }, at) => weight > 0 && statistics.documentFrequency[at] !== 0);
  const words = [...new Set(asked.map(({ term }) => term))];
  return Promise.all(
    [...byCollection(searched)].map(async ([collection, generations]) => {
      const conditions = await Promise.all(generations.map((at) => chunkConditions(at, filter, tables, signal)));
      const possible = conditions.filter((one) => one !== undefined);
      if (possible.length === 0) return { collection, filter: all(), rows: 0, matching: 0 };
      const narrowed = possible.length === 1 ? possible[0]! : any(...possible);
      const [rows, matching] = await Promise.all([
        open ? generations.reduce((sum, { chunks }) => sum + chunks, 0) : points.count(collection, narrowed, signal),
        words.length === 0 ? 0 : points.count(collection, all(among("terms", words), narrowed), signal),
      ]);
      return { collection, filter: narrowed, rows, matching };
    }),
  );
}
