import { Buffer } from "node:buffer";

/** A path as UTF-16 big-endian: comparing such bytes compares code units, where UTF-8 compares code points. */
export function pathKey(path: string): Uint8Array {
  return Buffer.from(path, "utf16le").swap16();
}

export function fromPathKey(key: unknown): string {
  return Buffer.from(key as Uint8Array)
    .swap16()
    .toString("utf16le");
}
