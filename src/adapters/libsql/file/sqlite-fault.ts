import { Fault } from "../../../domain/mod.ts";
import { SegmentError } from "../engine/mod.ts";

const repair = "stop the gateway and run `gateway doctor --repair`, or move the index folder away and run a rebuild";

/** A driver's error as a Fault; what already is one stays as it is. */
export function sqliteFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const cause = error;
  const code = codeOf(error);
  if (code.startsWith("SQLITE_FULL"))
    return new Fault("exhausted", "the disk of the state directory is full: free space and run the ingest again", {
      cause,
      reason: "DISK_FULL",
    });
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB") || error instanceof SegmentError)
    return new Fault("internal", `the index file is damaged: ${repair}`, { cause, reason: "INDEX_DAMAGED" });
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new Fault("unavailable", "another process holds the index file: retry, and close what has it open", {
      cause,
      reason: "INDEX_BUSY",
      retryAfterMs: 1_000,
    });
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM") || code.startsWith("SQLITE_CANTOPEN"))
    return new Fault("unavailable", "the index file can't be written: give the gateway's user the state directory", {
      cause,
      reason: "INDEX_UNWRITABLE",
    });
  if (code.startsWith("SQLITE_IOERR"))
    return new Fault("unavailable", "reading or writing the index file failed: check the state directory's disk", {
      cause,
      reason: "INDEX_IO",
    });
  return new Fault("internal", "the index failed at something it should not have: see the gateway's log", { cause });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  // The driver's errors of opening carry SQLite's number in their text only.
  if (error.message.includes("Unable to open connection")) return "SQLITE_CANTOPEN";
  return "";
}
