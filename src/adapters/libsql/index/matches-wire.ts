import type { CodeSymbol, FileFacts } from "../../../domain/mod.ts";
import type { Candidate, ChunkMatches } from "../../../ports/mod.ts";
import { Recent } from "./recent.ts";

/**
 * Matches as they cross threads. Cloning hundreds of nested objects costs both threads more than the search of a
 * small index: so numbers go in one array, a file goes once, and what is stored as JSON stays JSON.
 */
export interface WireMatches extends Omit<ChunkMatches, "candidates"> {
  readonly files: readonly WireFile[];
  readonly chunkIds: readonly string[];
  /** JSON of symbol, defined names and context. */
  readonly abouts: readonly string[];
  /** `numbersEach` a candidate: file, first and last line, lexical score and rank, vector score and rank. */
  readonly numbers: Float64Array;
}

export interface WireFile {
  readonly source: string;
  readonly path: string;
  readonly facts: FileFacts;
}

export const numbersEach = 7;

type About = Pick<Candidate, "symbol" | "defines" | "context">;

/** Kept in each half, about 600 bytes each. */
const aboutsKept = 8_192;
const known = new Recent<string, About>(aboutsKept);

function aboutOf(json: string): About {
  const before = known.get(json);
  if (before !== undefined) return before;
  const [symbol, defines, context] = JSON.parse(json) as [CodeSymbol | null, string[], string];
  const about = { symbol: symbol ?? undefined, defines, context };
  known.set(json, about);
  return about;
}

export function fromWire({ files, chunkIds, abouts, numbers, ...totals }: WireMatches): ChunkMatches {
  const candidates = chunkIds.map((chunkId, index): Candidate => {
    const at = index * numbersEach;
    const { source, path, facts } = files[numbers[at]!]!;
    const { symbol, defines, context } = aboutOf(abouts[index]!);
    return {
      chunkId,
      source,
      path,
      facts,
      lines: { start: numbers[at + 1]!, end: numbers[at + 2]! },
      symbol,
      defines,
      context,
      lexical: numbers[at + 3]!,
      lexicalRank: numbers[at + 4]!,
      vector: numbers[at + 5]!,
      vectorRank: numbers[at + 6]!,
    };
  });
  return { ...totals, candidates };
}
