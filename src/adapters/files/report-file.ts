import { Buffer } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { CoverageClass, CoverageEntry, CoverageReport } from "../../domain/mod.ts";

/**
 * A report in one file: blocks of entries, each compressed by itself so that a page reads only the blocks it needs,
 * then the head (the report and where each block lies), then the head's length and a mark. The mark comes last, so
 * a file that was cut short shows it.
 */
export interface ReportHead {
  readonly report: CoverageReport;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly offset: number;
  /** Bytes in the file. */
  readonly length: number;
  readonly first: string;
  readonly last: string;
  readonly classes: readonly CoverageClass[];
}

/** Entries a block: about 20 kB compressed, and one or two of them a page of the contract. */
const blockEntries = 1_000;
const mark = "KGCOVER1";
const trailerBytes = 4 + mark.length;
/** No head is as long: 10,000 removed paths and a block for every thousand files. */
const longestHead = 64 * 1_048_576;

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Writes entries and then the report they add up to; on disk when it resolves. */
export async function writeReport(
  path: string,
  entries: AsyncIterable<CoverageEntry>,
  report: () => CoverageReport,
): Promise<CoverageReport> {
  const file = await open(path, "wx", 0o600);
  try {
    const blocks: Block[] = [];
    let offset = 0;
    let pending: CoverageEntry[] = [];
    const flush = async () => {
      if (pending.length === 0) return;
      const bytes = await compress(JSON.stringify(pending));
      const classes = [...new Set(pending.map((entry) => entry.coverageClass))];
      blocks.push({ offset, length: bytes.length, first: pending[0]!.path, last: pending.at(-1)!.path, classes });
      await append(file, bytes);
      offset += bytes.length;
      pending = [];
    };
    for await (const entry of entries) {
      pending.push(entry);
      if (pending.length === blockEntries) await flush();
    }
    await flush();
    const made = report();
    const head = await compress(JSON.stringify({ report: made, blocks } satisfies ReportHead));
    const trailer = Buffer.alloc(trailerBytes);
    trailer.writeUInt32LE(head.length);
    trailer.write(mark, 4, "latin1");
    await append(file, Buffer.concat([head, trailer]));
    await file.sync();
    return made;
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** @throws Error when the file is not a whole report. */
export async function readHead(file: FileHandle): Promise<ReportHead> {
  const { size } = await file.stat();
  const trailer = await readAt(file, size - trailerBytes, trailerBytes);
  const length = trailer.readUInt32LE();
  if (trailer.toString("latin1", 4) !== mark || length > longestHead) throw new Error("not a whole coverage report");
  const head = await expand(await readAt(file, size - trailerBytes - length, length));
  return JSON.parse(head.toString("utf8")) as ReportHead;
}

export async function readBlock(file: FileHandle, { offset, length }: Block): Promise<readonly CoverageEntry[]> {
  const bytes = await expand(await readAt(file, offset, length));
  return JSON.parse(bytes.toString("utf8")) as readonly CoverageEntry[];
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) throw new Error("not a whole coverage report");
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new Error("not a whole coverage report");
    at += bytesRead;
  }
  return bytes;
}
