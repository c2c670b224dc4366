import type { Candidate, ChunkMatches } from "../../../ports/mod.ts";
import type { Understanding } from "../query/understand.ts";
import { type PathWords, pathWords } from "./path-words.ts";

/** What all passages of one batch are judged against. Built once a batch; signals only read it. */
export interface Pool {
  readonly query: Understanding;
  readonly candidates: readonly Candidate[];
  /** How much of the question a term is, by term; sums to 1. */
  readonly mass: ReadonlyMap<string, number>;
  readonly lexicalMax: number;
  /** Cosines from `vectorFloor` to `vectorMax` become 0 to 1. */
  readonly vectorFloor: number;
  readonly vectorMax: number;
  /** Words of each path, by path. */
  readonly paths: ReadonlyMap<string, PathWords>;
  /** Highest version number met below a folder, for folders such as `v3` beside `v4`. */
  readonly newestVersion: ReadonlyMap<string, number>;
  /** Texts, lower-cased, of passages whose wording matters; empty when the query quotes nothing. */
  readonly texts: ReadonlyMap<string, string>;
  /** Unix ms. */
  readonly now: number;
}

export interface PoolInput {
  readonly query: Understanding;
  readonly matches: ChunkMatches;
  readonly candidates: readonly Candidate[];
  readonly texts: ReadonlyMap<string, string>;
  readonly now: number;
}

export function poolOf({ query, matches, candidates, texts, now }: PoolInput): Pool {
  const paths = new Map<string, PathWords>();
  const newestVersion = new Map<string, number>();
  for (const { path } of candidates) {
    if (paths.has(path)) continue;
    const words = pathWords(path);
    paths.set(path, words);
    for (const { folder, version } of words.versions) {
      newestVersion.set(folder, Math.max(newestVersion.get(folder) ?? 0, version));
    }
  }
  return {
    query,
    candidates,
    mass: massOf(query, matches),
    lexicalMax: matches.lexicalMax,
    vectorFloor: floorOf(candidates),
    vectorMax: matches.vectorMax,
    paths,
    newestVersion,
    texts,
    now,
  };
}

/** BM25's inverse document frequency, times the term's weight, as shares of the whole. */
function massOf(query: Understanding, matches: ChunkMatches): Map<string, number> {
  const mass = new Map<string, number>();
  let total = 0;
  for (const [at, { term, weight }] of query.terms.entries()) {
    const frequency = matches.documentFrequency[at] ?? 0;
    // A term that stands nowhere can't tell passages apart; counting it would only scale every share down.
    if (frequency === 0) continue;
    const idf = Math.log(1 + (matches.documents - frequency + 0.5) / (frequency + 0.5));
    mass.set(term, idf * weight);
    total += idf * weight;
  }
  if (total > 0) for (const [term, value] of mass) mass.set(term, value / total);
  return mass;
}

/** The median cosine of the pool is what an unrelated passage gets; below it there is nothing to tell apart. */
function floorOf(candidates: readonly Candidate[]): number {
  if (candidates.length === 0) return 0;
  const cosines = candidates.map((c) => c.vector).sort((a, b) => a - b);
  return Math.max(0, cosines[cosines.length >> 1] as number);
}
