import { type BigIntStats, closeSync, fstatSync, open, read } from "node:fs";

/**
 * An open file. Opening and reading may wait for a disk and go to the thread pool; what the kernel has at hand of an
 * open file (its state, its closing) is asked in place, at a tenth of a promise's cost.
 */
export interface OpenFile {
  stat(): BigIntStats;
  /** Bytes read into `[offset, offset + length)` of the buffer; 0 at the end of the file. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<number>;
  close(): void;
}

/** @throws the file system's error. */
export function openFile(path: string, flags: number): Promise<OpenFile> {
  return new Promise((resolve, reject) => {
    open(path, flags, (failed, fd) => {
      if (failed) return reject(failed);
      resolve({
        stat: () => fstatSync(fd, { bigint: true }),
        read: (buffer, offset, length, position) =>
          new Promise((done, fail) => {
            read(fd, buffer, offset, length, position, (error, count) => (error ? fail(error) : done(count)));
          }),
        close: () => closeSync(fd),
      });
    });
  });
}
