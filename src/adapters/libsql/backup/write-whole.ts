import { createHash } from "node:crypto";
import { closeSync, fdatasync, fsyncSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { throwIfAborted } from "../../../domain/mod.ts";

export interface Written {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Gathered before they are written. With pieces of a mebibyte, Linux takes three times the processor time to cache them. */
const pieceBytes = 65_536;
/**
 * Written before the disk is told to take them. Left to the end, it would stand idle while pages are read, and then
 * take all at once, which whoever else flushes a file, such as the gateway's ledger, would wait for.
 */
const flushBytes = 32 * 1_048_576;

const flush = promisify(fdatasync);

/**
 * Writes a new file; it is on disk, and hashed, when this resolves. Blocks its thread but for when it waits for the
 * disk, and takes one core only: the other is the gateway's.
 */
export async function writeWhole(path: string, parts: Iterable<Uint8Array>, signal: AbortSignal): Promise<Written> {
  const hash = createHash("sha256");
  const file = openSync(path, "wx", 0o600);
  let flushing = Promise.resolve();
  try {
    let bytes = 0;
    let flushed = 0;
    for (const piece of pieces(parts)) {
      hash.update(piece);
      // A call may write less than all of it.
      for (let done = 0; done < piece.byteLength; ) done += writeSync(file, piece, done);
      bytes += piece.byteLength;
      if (bytes - flushed < flushBytes) continue;
      flushed = bytes;
      await flushing;
      throwIfAborted(signal);
      flushing = flush(file);
      flushing.catch(() => {}); // told where it is awaited
    }
    await flushing;
    throwIfAborted(signal);
    fsyncSync(file);
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await flushing.catch(() => {});
    closeSync(file);
  }
}

/** Each is good until the next is asked for. */
function* pieces(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  const piece = new Uint8Array(pieceBytes);
  let filled = 0;
  for (const part of parts) {
    if (filled + part.byteLength > pieceBytes && filled > 0) {
      yield piece.subarray(0, filled);
      filled = 0;
    }
    if (part.byteLength > pieceBytes) {
      yield part;
      continue;
    }
    piece.set(part, filled);
    filled += part.byteLength;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
