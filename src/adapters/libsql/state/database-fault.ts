import { Fault } from "../../../domain/mod.ts";

/** A failed batch: the driver's code and text, kept from the caller as the Fault's cause. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** What Node's and Deno's fetch say when there is no answer. */
const unreachable = /fetch failed|error sending request|ECONNREFUSED|ECONNRESET|socket hang up|network error/i;

/** `store` names the database as an operator knows it: "job state", "the audit ledger". */
export function databaseFault(store: string, error: DatabaseError): Fault {
  // The driver's errors of opening carry SQLite's code in their text only.
  const code = /unable to open/i.test(error.message) ? "SQLITE_CANTOPEN" : error.code;
  const says = (text: string) => `${store} ${text}`;
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new Fault("unavailable", says("is locked by another process; try again"), {
      cause: error,
      reason: "STORE_BUSY",
      retryAfterMs: 1_000,
    });
  if (code.startsWith("SQLITE_FULL"))
    return new Fault("exhausted", says("can't be written: the disk is full; free space under KM_STATE_PATH"), {
      cause: error,
      reason: "DISK_FULL",
    });
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB"))
    return new Fault(
      "internal",
      says("is damaged: stop the gateway, move its file under KM_STATE_PATH away or restore a backup, start again"),
      { cause: error, reason: "STORE_CORRUPT" },
    );
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_PERM"))
    return new Fault("precondition", says("can't be opened for writing: make KM_STATE_PATH writable, or set another"), {
      cause: error,
      reason: "STORE_NOT_WRITABLE",
    });
  if (code.startsWith("SQLITE_IOERR"))
    return new Fault("unavailable", says("could not be read or written; check the disk under KM_STATE_PATH"), {
      cause: error,
      reason: "STORE_IO",
    });
  if (/HTTP status 40[13]/.test(error.message))
    return new Fault("precondition", says("refuses the token it was given: set the one its server takes"), {
      cause: error,
      reason: "STORE_REFUSED",
    });
  if (code.startsWith("HRANA_") || code === "SERVER_ERROR" || unreachable.test(error.message))
    return new Fault("unavailable", says("does not answer; check that its server runs and can be reached"), {
      cause: error,
      reason: "STORE_UNREACHABLE",
      retryAfterMs: 1_000,
    });
  return new Fault("internal", says("failed"), { cause: error });
}
