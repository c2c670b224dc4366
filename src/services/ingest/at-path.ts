import { Fault, type RunError } from "../../domain/mod.ts";

/** An error with the file it happened at, on its way to the run's record. */
export class AtPath extends Error {
  override readonly name = "AtPath";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`at ${JSON.stringify(path)}`, { cause });
    this.path = path;
  }
}

/** What a run's record says of an error: a Fault's own words, and of anything else only where to look. */
export function errorOf(error: unknown, stage: string): Omit<RunError, "path"> {
  const root = error instanceof AtPath ? error.cause : error;
  if (root instanceof Fault) return { reason: root.reason, message: root.message, stage };
  return { reason: "INTERNAL", message: "an unexpected error; the gateway's log has it under this run's id", stage };
}
