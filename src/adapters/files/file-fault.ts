import { Fault } from "../../domain/mod.ts";

/** What a failed file operation means to a caller. Faults, of the entries for instance, pass as they are. */
export function fileFault(cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  const code = (cause as { readonly code?: unknown } | null)?.code;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Fault("exhausted", "the disk of the state directory is full: free some space, then try again", {
      cause,
      reason: "DISK_FULL",
    });
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new Fault("precondition", "the state directory can't be written: set KM_STATE_PATH to one that can", {
      cause,
      reason: "STORE_NOT_WRITABLE",
    });
  return new Fault("internal", "a coverage report could not be read or written; the gateway's log says why", { cause });
}
