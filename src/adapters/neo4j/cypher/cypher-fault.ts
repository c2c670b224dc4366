import { Fault, invalid } from "../../../domain/mod.ts";
import { neo4jFault } from "../neo4j-fault.ts";
import { refused } from "./tokens.ts";

export const explaining = "EXPLAIN ";

/** What became of a statement as its author is told; the server's own words where they are about the statement. */
export function cypherFault(error: unknown, timeoutMs: number): Fault {
  if (error instanceof Fault) return error;
  const code = String((error as { code?: unknown }).code ?? "");
  if (/TransactionTimedOut|TransactionTerminated|LockClientStopped/.test(code)) return tooSlow(timeoutMs, error);
  if (/AccessMode|ForbiddenOnReadOnlyDatabase|TransactionAccessedConcurrently/.test(code))
    return refused("the database says that it does more than read; only reading is done here");
  if (/OutOfMemory|MemoryPool|MemoryLimit/.test(code))
    return new Fault("exhausted", "the database has too little memory for it: ask for less, or in smaller steps", {
      reason: "CYPHER_TOO_LARGE",
      cause: error,
    });
  if (/^Neo\.ClientError\.(Statement|Procedure)\./.test(code)) return invalid("query", said(error as Error));
  return neo4jFault(error, "cypher");
}

export function tooSlow(timeoutMs: number, cause?: unknown): Fault {
  const seconds = timeoutMs / 1_000;
  return new Fault(
    "deadline",
    `the statement took longer than ${seconds} s and was ended: begin at a node with an index (KmNode.key, KmSource.name), and LIMIT early`,
    { reason: "CYPHER_TIMEOUT", cause },
  );
}

/** The first line, with the place in the statement as its author wrote it. */
function said({ message }: Error): string {
  const [line = ""] = message.split("\n");
  return line
    .slice(0, 500)
    .replace(/\(line 1, column (\d+) \(offset: (\d+)\)\)/, (whole, column: string, offset: string) => {
      const at = Number(offset) - explaining.length;
      return at < 0 ? whole : `(line 1, column ${Number(column) - explaining.length})`;
    });
}
