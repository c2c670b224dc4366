import { isReadLockFile, longestLockFile } from "../../domain/discovery/mod.ts";
import type { PackedFacts } from "../../domain/graph/mod.ts";
import { Fault, type FileRecord, noChunks, type Pace, type PackedChunks } from "../../domain/mod.ts";
import type { ListedFile, Parser, Source } from "../../ports/mod.ts";
import { AtPath } from "./at-path.ts";
import type { Classifier } from "./classify.ts";
import { contentIdOf, idOfReading } from "./content-id.ts";
import { parsedRecord, refusedRecord } from "./file-record.ts";

/** A file to be written, with what is served of it. */
export interface FileToWrite {
  readonly listed: ListedFile;
  readonly before: FileRecord | undefined;
}

/** What is read and cut at once. */
const windowFiles = 64;
const windowBytes = 4 * 1_048_576;
/** How often a file that keeps changing is read before it is taken as it then is. */
const readings = 3;

/** What a file is read and judged with. */
export interface PrepareParts {
  readonly source: Source;
  readonly parser: Parser;
  readonly classifier: Classifier;
  readonly maxFileBytes: number;
}

/** A file as it would be stored. */
export interface Prepared {
  readonly before: FileRecord | undefined;
  readonly record: FileRecord;
  readonly chunks: PackedChunks;
  /** Undefined for none: it may not be indexed, and is no lock file. */
  readonly facts: PackedFacts | undefined;
}

/** In windows that bound what is held at once. */
export function* inWindows(files: Iterable<FileToWrite>): Generator<readonly FileToWrite[], undefined> {
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

/** Reads and cuts the files of a window. */
export async function prepareFiles(
  files: readonly FileToWrite[],
  parts: PrepareParts,
  pace: Pace,
  signal: AbortSignal,
): Promise<readonly Prepared[]> {
  const begun: Promise<Prepared>[] = [];
  for (const file of files) {
    const prepared = prepare(file, parts, signal).catch((error: unknown) => {
      throw new AtPath(file.listed.path, error);
    });
    begun.push(heardLater(prepared));
    // Looking for a file and reading it is done on the spot: sixty of them are ten milliseconds.
    const pause = pace();
    if (pause !== undefined) await pause;
  }
  return Promise.all(begun);
}

async function prepare(file: FileToWrite, parts: PrepareParts, signal: AbortSignal): Promise<Prepared> {
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
  if (parsed.skipped) return { before, record, chunks: noChunks(), facts: parsed.graph };
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
async function readSettled(
  { path, contentId }: ListedFile,
  { source, maxFileBytes }: PrepareParts,
  signal: AbortSignal,
) {
  const limit = readLimit(path, maxFileBytes);
  let bytes = await source.read(path, limit, signal);
  let id = await contentIdOf(bytes, contentId);
  if (id === contentId) return { bytes, contentId };
  for (let reading = 1; reading < readings; reading += 1) {
    const again = await source.read(path, limit, signal);
    const settled = (await idOfReading(again)) === (await idOfReading(bytes));
    bytes = again;
    id = await contentIdOf(again, contentId);
    if (settled) break;
  }
  return { bytes, contentId: id };
}

/** How much of a file is read, in bytes; a longer one is refused. */
export function readLimit(path: string, maxFileBytes: number): number {
  return isReadLockFile(path) ? longestLockFile : maxFileBytes;
}

/** A promise that is awaited later must not count as unhandled until then. */
export function heardLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
