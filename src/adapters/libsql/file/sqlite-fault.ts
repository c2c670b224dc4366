import { Fault } from "../../../domain/mod.ts";

/** Which file an error is about, as the operator knows it: the folder in the state directory. */
export type FileOf = "index" | "graph";

/** The file can't be read as what it was. */
export function damaged(what: FileOf, cause: unknown): Fault {
  const repair = `stop the gateway and run \`gateway doctor --repair\`, or move the ${what} folder away and run a rebuild`;
  return new Fault("internal", `the ${what} file is damaged: ${repair}`, { cause, reason: reason(what, "DAMAGED") });
}

/** A driver's error as a Fault; what already is one stays as it is. */
export function sqliteFault(error: unknown, what: FileOf): Fault {
  if (error instanceof Fault) return error;
  const cause = error;
  const code = codeOf(error);
  if (code.startsWith("SQLITE_FULL"))
    return new Fault("exhausted", "the disk of the state directory is full: free space and run the ingest again", {
      cause,
      reason: "DISK_FULL",
    });
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) return damaged(what, cause);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new Fault("unavailable", `another process holds the ${what} file: retry, and close what has it open`, {
      cause,
      reason: reason(what, "BUSY"),
      retryAfterMs: 1_000,
    });
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM") || code.startsWith("SQLITE_CANTOPEN"))
    return new Fault("unavailable", `the ${what} file can't be written: give the gateway's user the state directory`, {
      cause,
      reason: reason(what, "UNWRITABLE"),
    });
  if (code.startsWith("SQLITE_IOERR"))
    return new Fault("unavailable", `reading or writing the ${what} file failed: check the state directory's disk`, {
      cause,
      reason: reason(what, "IO"),
    });
  return new Fault("internal", `the ${what} failed at something it should not have: see the gateway's log`, { cause });
}

function reason(what: FileOf, end: string): string {
  return `${what.toUpperCase()}_${end}`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  // The driver's errors of opening carry SQLite's number in their text only.
  if (error.message.includes("Unable to open connection")) return "SQLITE_CANTOPEN";
  return "";
}
