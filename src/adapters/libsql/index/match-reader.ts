import type { CodeSymbol } from "../../../domain/mod.ts";
import type { Candidate, ChunkMatches, ChunkQuery } from "../../../ports/mod.ts";
import { numbersEach, type WireFile, type WireMatches, type WireQuery, type WireRows } from "./matches-wire.ts";

/** What is said of a row. */
type Row = Pick<Candidate, "chunkId" | "lines" | "symbol" | "defines" | "context">;

interface Memory {
  readonly id: number;
  readonly rows: Map<number, Row>;
  readonly files: Map<number, WireFile>;
  taken: number[];
}

/** Rows and files remembered, about 600 bytes each; beyond it all are forgotten, and sent anew as they are met. */
const most = 16_384;

/** Asks the thread that searches, and remembers what its answers said of rows and files. */
export class MatchReader {
  readonly #ask: (query: WireQuery, signal: AbortSignal) => Promise<WireMatches>;
  #memory: Memory = emptyMemory(1);

  constructor(ask: (query: WireQuery, signal: AbortSignal) => Promise<WireMatches>) {
    this.#ask = ask;
  }

  async search(query: ChunkQuery, signal: AbortSignal): Promise<ChunkMatches> {
    const { rows: known, files: seen } = this.#memory;
    if (known.size + seen.size > most) this.#memory = emptyMemory(this.#memory.id + 1);
    // Answers under way are read with the memory that they were asked for with.
    const memory = this.#memory;
    const { taken } = memory;
    memory.taken = [];
    const { answer, numbers, rows, files, ...totals } = await this.#ask({ query, memory: memory.id, taken }, signal);
    takeRows(rows, memory.rows);
    for (const [number, file] of files) memory.files.set(number, file);
    memory.taken.push(answer);
    return { ...totals, candidates: candidatesOf(numbers, memory) };
  }
}

function emptyMemory(id: number): Memory {
  return { id, rows: new Map(), files: new Map(), taken: [] };
}

function takeRows({ ids, chunkIds, starts, ends, abouts }: WireRows, rows: Map<number, Row>): void {
  for (const [at, id] of ids.entries()) {
    const [symbol, defines, context] = JSON.parse(abouts[at]!) as [CodeSymbol | null, string[], string];
    const lines = { start: starts[at]!, end: ends[at]! };
    rows.set(id, { chunkId: chunkIds[at]!, lines, symbol: symbol ?? undefined, defines, context });
  }
}

function candidatesOf(numbers: Float64Array, memory: Memory): Candidate[] {
  const candidates: Candidate[] = [];
  for (let at = 0; at < numbers.length; at += numbersEach) {
    const { chunkId, lines, symbol, defines, context } = memory.rows.get(numbers[at]!)!;
    const { source, path, facts } = memory.files.get(numbers[at + 1]!)!;
    candidates.push({
      chunkId,
      source,
      path,
      facts,
      lines,
      symbol,
      defines,
      context,
      lexical: numbers[at + 2]!,
      lexicalRank: numbers[at + 3]!,
      vector: numbers[at + 4]!,
      vectorRank: numbers[at + 5]!,
    });
  }
  return candidates;
}
