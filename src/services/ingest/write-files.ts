import type { PackedFacts } from "../../domain/graph/mod.ts";
import { type FileRecord, type Pace, throwIfAborted } from "../../domain/mod.ts";
import type { Embedder, IndexWriter } from "../../ports/mod.ts";
import { AtPath } from "./at-path.ts";
import { embedNew } from "./embed-new.ts";
import {
  type FileToWrite,
  heardLater,
  inWindows,
  type Prepared,
  type PrepareParts,
  prepareFiles,
} from "./prepare-files.ts";
import { takeTurns } from "./take-turns.ts";

/** Windows being read and cut; those being stored. More only hold memory: the slowest stage sets the pace. */
const preparedAhead = 2;
const storedBehind = 2;

export interface WriteParts extends PrepareParts {
  readonly embedder: Embedder;
  readonly writer: IndexWriter;
  /** Takes what a file says of the graph; undefined facts: it says nothing that counts. */
  readonly graph:
    | { wrote(record: FileRecord, facts: PackedFacts | undefined, signal: AbortSignal): Promise<void> }
    | undefined;
}

export interface Written {
  readonly before: FileRecord | undefined;
  readonly record: FileRecord;
  /** Chunks whose text was not embedded for them. */
  readonly reused: number;
}

/** A window of files that were cut. */
interface Window {
  readonly files: readonly Prepared[];
  /** Of the hashes of its texts, those whose vectors the index held when it was asked. */
  readonly known: ReadonlySet<string>;
}

/** Streams files through reading, cutting, embedding and storing; yields each once it is stored, in order. */
export async function* writeFiles(
  files: Iterable<FileToWrite>,
  parts: WriteParts,
  signal: AbortSignal,
): AsyncGenerator<Written> {
  const windows = inWindows(files);
  const pace = takeTurns(signal);
  const preparing: Promise<Window>[] = [];
  const storing: Promise<Written>[][] = [];
  // Embedded by the windows before, which the index may not have held yet when it was asked for a later one.
  let claimed: ReadonlySet<string>[] = [];
  for (;;) {
    while (preparing.length < preparedAhead) {
      const { value, done } = windows.next();
      if (done) break;
      preparing.push(heardLater(prepareWindow(value, parts, pace, signal)));
    }
    const window = await preparing.shift();
    if (window === undefined) break;
    const isHeld = (hash: string) => window.known.has(hash) || claimed.some((hashes) => hashes.has(hash));
    const cut = window.files.map(({ chunks }) => chunks);
    const vectors = await embedNew(cut, isHeld, parts.embedder, signal);
    claimed = [new Set(vectors.keys()), ...claimed].slice(0, preparedAhead + storedBehind);
    storing.push(putAll(window.files, vectors, parts, signal));
    if (storing.length >= storedBehind) yield* each(storing.shift()!);
  }
  for (const puts of storing) yield* each(puts);
}

async function* each<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  for (const promise of promises) yield await promise;
}

async function prepareWindow(
  files: readonly FileToWrite[],
  parts: WriteParts,
  pace: Pace,
  signal: AbortSignal,
): Promise<Window> {
  const prepared = await prepareFiles(files, parts, pace, signal);
  const hashes = new Set(prepared.flatMap(({ chunks }) => chunks.textHashes));
  const known = hashes.size === 0 ? hashes : await parts.writer.known([...hashes], signal);
  return { files: prepared, known };
}

/** Puts files all at once: the writer keeps their order and says when it has had enough. */
function putAll(
  files: readonly Prepared[],
  vectors: ReadonlyMap<string, Float32Array>,
  { writer, graph }: Pick<WriteParts, "writer" | "graph">,
  signal: AbortSignal,
): Promise<Written>[] {
  throwIfAborted(signal);
  const firstUse = new Set(vectors.keys());
  return files.map(({ before, record, chunks, facts }) => {
    const reused = chunks.textHashes.filter((hash) => !firstUse.delete(hash)).length;
    const puts = [writer.put(record, chunks, vectors, signal), graph?.wrote(record, facts, signal)];
    const put = Promise.all(puts).then(
      () => ({ before, record, reused }),
      (error: unknown) => {
        throw new AtPath(record.path, error);
      },
    );
    return heardLater(put);
  });
}
