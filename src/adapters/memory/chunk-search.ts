import type { At } from "../../domain/mod.ts";
import { cosine } from "../../domain/vector/mod.ts";
import type { Candidate, ChunkMatches, ChunkQuery } from "../../ports/mod.ts";
import { bm25f, lexicalStatistics } from "./bm25f.ts";
import { chunkFilter } from "./chunk-filter.ts";
import { type ChunkGenerations, type MemoryFile, type MemoryRow, visibleFiles } from "./chunk-generations.ts";

interface Scored {
  readonly source: string;
  readonly file: MemoryFile;
  readonly row: MemoryRow;
  readonly lexical: number;
  readonly matches: boolean;
  readonly vector: number;
}

function ranked(rows: readonly Scored[], score: (row: Scored) => number): readonly Scored[] {
  return rows.toSorted((a, b) => score(b) - score(a) || (a.row.chunk.chunkId < b.row.chunk.chunkId ? -1 : 1));
}

function candidate(scored: Scored, lexicalRank: number, vectorRank: number): Candidate {
  const { record } = scored.file;
  const { chunk } = scored.row;
  return {
    chunkId: chunk.chunkId,
    source: scored.source,
    path: record.path,
    facts: {
      artifactType: record.artifactType,
      language: record.language,
      subsystem: record.subsystem,
      tags: record.tags,
      commit: record.commit,
      updatedAt: record.updatedAt,
    },
    lines: chunk.lines,
    symbol: chunk.symbol,
    defines: chunk.defines,
    context: chunk.context,
    lexical: scored.lexical,
    lexicalRank,
    vector: scored.vector,
    vectorRank,
  };
}

function visibleRows(sources: ReadonlyMap<string, ChunkGenerations>, at: readonly At[]) {
  return Array.from(visibleFiles(sources, at), ({ source, file }) =>
    file.rows.map((row) => ({ source, file, row })),
  ).flat();
}

/** Looks at every row: what an index must answer, without an index. */
export function searchChunks(sources: ReadonlyMap<string, ChunkGenerations>, query: ChunkQuery): ChunkMatches {
  const passes = chunkFilter(query.filter);
  const visible = visibleRows(sources, query.at);
  const statistics = lexicalStatistics(
    visible.map(({ row }) => row.terms),
    query.terms,
  );
  // A vector without direction is near to nothing.
  const vector = query.vector?.some((component) => component !== 0) ? query.vector : undefined;
  const scored = visible
    .filter(({ file, row }) => passes(file.record, row.chunk.kinds))
    .map(({ source, file, row }): Scored => {
      const { score, matches } = bm25f(row.terms, query.terms, query.tuning, statistics);
      const near = vector === undefined ? 0 : cosine(vector, row.vector.code, row.vector.scale);
      return { source, file, row, lexical: score, matches, vector: near };
    });
  const lexicalList = ranked(
    scored.filter(({ matches }) => matches),
    (row) => row.lexical,
  );
  const vectorList = vector === undefined ? [] : ranked(scored, (row) => row.vector);
  const end = query.offset + query.limit;
  const lexicalRanks = new Map(lexicalList.slice(query.offset, end).map((row, at) => [row, query.offset + at + 1]));
  const vectorRanks = new Map(vectorList.slice(query.offset, end).map((row, at) => [row, query.offset + at + 1]));
  return {
    candidates: Array.from(new Set([...lexicalRanks.keys(), ...vectorRanks.keys()]), (row) =>
      candidate(row, lexicalRanks.get(row) ?? 0, vectorRanks.get(row) ?? 0),
    ),
    lexicalTotal: lexicalList.length,
    filteredTotal: scored.length,
    documents: statistics.documents,
    documentFrequency: statistics.documentFrequency,
    lexicalMax: lexicalList[0]?.lexical ?? 0,
    vectorMax: vectorList[0]?.vector ?? 0,
  };
}
