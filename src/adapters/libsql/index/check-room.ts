import { statfs } from "node:fs/promises";
import { Fault } from "../../../domain/mod.ts";

/**
 * Bytes on disk for each byte of text: the passage, its terms, its vector twice (cache and segment), and the log they
 * all pass through. Real trees take about half of it once the log is emptied.
 */
const perTextByte = 4;
/** For the least run: the log of its transactions, job state and the ledger's entries, bytes. */
const least = 8 * 1_048_576;

/** @throws Fault `exhausted` when the disk that holds the folder has no room for passages of so many bytes of text. */
export async function checkRoom(folder: string, textBytes: number): Promise<void> {
  const needed = least + perTextByte * textBytes;
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new Fault(
    "exhausted",
    `the run needs about ${inMiB(needed)} and the disk of the state directory has ${inMiB(free)} free: free space under KM_STATE_PATH, or move it to a larger disk, and run the ingest again`,
    { reason: "DISK_SPACE", metadata: { needed_bytes: String(needed), free_bytes: String(free) } },
  );
}

function inMiB(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
