import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../domain/mod.ts";

/** Relative paths, forward slashes, sorted. */
export function filesBelow(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, path) : [path];
    });
}

/** On disk when it returns; of a folder, the names in it. */
export function flush(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** An error of copying as a Fault where it is the disk that is full; any other as it is. */
export function outOfRoom(error: unknown): unknown {
  const code = String((error as NodeJS.ErrnoException | undefined)?.code);
  if (code !== "ENOSPC" && code !== "EDQUOT" && !code.startsWith("SQLITE_FULL")) return error;
  return new Fault("exhausted", "the disk is full: free space, and begin again", { cause: error, reason: "DISK_FULL" });
}
