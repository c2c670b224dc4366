import type { ArtifactType, CodeSymbol, LineRange } from "../../domain/mod.ts";
import { cosine } from "../../domain/vector/mod.ts";
import type { Candidate, ChunkQuery } from "../../ports/mod.ts";
import type { Scorer } from "./bm25f.ts";
import { type CandidateLists, type Ranked, scored } from "./candidate-lists.ts";
import { candidateFields, codeOf } from "./chunk-row.ts";
import type { Payload, Points } from "./points.ts";
import { byCollection } from "./term-frequencies.ts";

/** The page of both lists with all that is shown of each row, and each row's score in the other list. */
export async function showCandidates(
  points: Points,
  lists: CandidateLists,
  { offset, limit, vector }: ChunkQuery,
  current: string,
  scorer: Scorer,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const page = (list: readonly Ranked[]) => list.slice(offset, offset + limit);
  const ranks = (list: readonly Ranked[]) => new Map(page(list).map(({ id }, at) => [id, offset + at + 1]));
  const lexicalRanks = ranks(lists.lexical);
  const vectorRanks = ranks(lists.vector);
  const rows = new Map([...page(lists.lexical), ...page(lists.vector)].map((row) => [row.id, row]));
  const payloads = new Map<string, Payload>();
  for (const [collection, held] of byCollection([...rows.values()])) {
    const ids = held.map(({ id }) => id);
    for (const [id, payload] of await points.get(collection, ids, candidateFields, signal)) payloads.set(id, payload);
  }
  return [...rows.values()].flatMap(({ id, collection }) => {
    const payload = payloads.get(id);
    // Swept since it was found: what held it is not served any more.
    if (payload === undefined) return [];
    const { code, scale } = codeOf(payload);
    return {
      ...shown(payload),
      lexical: scored(scorer, payload).score,
      lexicalRank: lexicalRanks.get(id) ?? 0,
      vector: vector === undefined || collection !== current ? 0 : cosine(vector, code, scale),
      vectorRank: vectorRanks.get(id) ?? 0,
    };
  });
}

function shown(payload: Payload) {
  return {
    chunkId: payload["chunk"] as string,
    source: payload["source"] as string,
    path: payload["path"] as string,
    facts: {
      artifactType: payload["type"] as ArtifactType,
      language: payload["language"] as string,
      subsystem: payload["subsystem"] as string,
      tags: payload["tags"] as readonly string[],
      commit: payload["commit"] as string,
      updatedAt: payload["updated"] as number,
    },
    lines: payload["lines"] as LineRange,
    symbol: (payload["symbol"] ?? undefined) as CodeSymbol | undefined,
    defines: payload["defines"] as readonly string[],
    context: payload["context"] as string,
  };
}
