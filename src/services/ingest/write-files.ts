import type { PackedFacts } from "../../domain/graph/mod.ts";
import { Fault, type FileRecord, noChunks, type Pace, type PackedChunks, throwIfAborted } from "../../domain/mod.ts";
import type { Embedder, IndexWriter, ListedFile, Parser, Source } from "../../ports/mod.ts";
import { AtPath } from "./at-path.ts";
import type { Classifier } from "./classify.ts";
import { contentIdOf, idOfReading } from "./content-id.ts";
import { embedNew } from "./embed-new.ts";
import { parsedRecord, refusedRecord } from "./file-record.ts";
import { takeTurns } from "./take-turns.ts";

/** A file to be written, with what is served of it. */
export interface FileToWrite {
  readonly listed: ListedFile;
  readonly before: FileRecord | undefined;
}

/** What is worked on at once: windows are read and cut while those before them are embedded and stored. */
const windowFiles = 64;
const windowBytes = 4 * 1_048_576;
/** Windows being read and cut; those being stored. More only hold memory: the slowest stage sets the pace. */
const preparedAhead = 2;
const storedBehind = 2;
/** How often a file that keeps changing is read before it is taken as it then is. */
const readings = 3;

export interface WriteParts {
  readonly source: Source;
  readonly parser: Parser;
  readonly embedder: Embedder;
  readonly writer: IndexWriter;
  /** Takes what a file says of the graph; undefined facts: it may not be indexed. */
  readonly graph:
    | { wrote(record: FileRecord, facts: PackedFacts | undefined, signal: AbortSignal): Promise<void> }
    | undefined;
  readonly classifier: Classifier;
  readonly maxFileBytes: number;
}

export interface Written {
  readonly before: FileRecord | undefined;
  readonly record: FileRecord;
  /** Chunks whose text was not embedded for them. */
  readonly reused: number;
}

interface Prepared {
  readonly before: FileRecord | undefined;
  readonly record: FileRecord;
  readonly chunks: PackedChunks;
  readonly facts: PackedFacts | undefined;
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
      preparing.push(heardLater(prepareAll(value, parts, pace, signal)));
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

/** A promise that is awaited later must not count as unhandled until then. */
function heardLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function* each<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  for (const promise of promises) yield await promise;
}

function* inWindows(files: Iterable<FileToWrite>): Generator<readonly FileToWrite[], undefined> {
  let window: FileToWrite[] = [];
  let bytes = 0;
  for (const file of files) {
    const size = Math.max(0, file.listed.size);
    if (window.length > 0 && (window.length === windowFiles || bytes + size > windowBytes)) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(file);
    bytes += size;
  }
  if (window.length > 0) yield window;
}

async function prepareAll(
  listed: readonly FileToWrite[],
  parts: WriteParts,
  pace: Pace,
  signal: AbortSignal,
): Promise<Window> {
  const begun: Promise<Prepared>[] = [];
  for (const file of listed) {
    const prepared = prepare(file, parts, signal).catch((error: unknown) => {
      throw new AtPath(file.listed.path, error);
    });
    begun.push(heardLater(prepared));
    // Looking for a file and reading it is done on the spot: sixty of them are ten milliseconds.
    const pause = pace();
    if (pause !== undefined) await pause;
  }
  const files = await Promise.all(begun);
  const hashes = new Set(files.flatMap(({ chunks }) => chunks.textHashes));
  const known = hashes.size === 0 ? hashes : await parts.writer.known([...hashes], signal);
  return { files, known };
}

async function prepare(file: FileToWrite, parts: WriteParts, signal: AbortSignal): Promise<Prepared> {
  const { listed, before } = file;
  let read: { readonly bytes: Uint8Array; readonly contentId: string };
  try {
    read = await readSettled(listed, parts, signal);
  } catch (error) {
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    const record = refusedRecord(listed, { class: "skipped", reason }, before, parts.classifier);
    return { before, record, chunks: noChunks(), facts: undefined };
  }
  const input = { source: parts.source.name, path: listed.path, bytes: read.bytes };
  const parsed = await parts.parser.parse(input, signal);
  const record = parsedRecord({ listed, before, ...read }, parsed, parts.classifier);
  if (parsed.skipped) return { before, record, chunks: noChunks(), facts: undefined };
  return { before, record, chunks: parsed.chunks, facts: parsed.graph };
}

/** Why one file can't be had, which is no reason for the run to fail; undefined for every other trouble. */
function unreadable(error: unknown): string | undefined {
  if (!(error instanceof Fault)) return undefined;
  if (error.code === "not-found") return "MISSING";
  // The whole tree went, under a run that had listed it: its files were not made unreadable one by one.
  if (error.reason === "SOURCE_GONE") return undefined;
  return error.code === "precondition" ? error.reason : undefined;
}

/** Reads until two readings agree when the content is not the listed one: something may be writing it right now. */
async function readSettled({ path, contentId }: ListedFile, { source, maxFileBytes }: WriteParts, signal: AbortSignal) {
  let bytes = await source.read(path, maxFileBytes, signal);
  let id = await contentIdOf(bytes, contentId);
  if (id === contentId) return { bytes, contentId };
  for (let reading = 1; reading < readings; reading += 1) {
    const again = await source.read(path, maxFileBytes, signal);
    const settled = (await idOfReading(again)) === (await idOfReading(bytes));
    bytes = again;
    id = await contentIdOf(again, contentId);
    if (settled) break;
  }
  return { bytes, contentId: id };
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
