import { Fault } from "../../domain/mod.ts";

/** A driver's or server's error as what the caller is told. */
export function neo4jFault(error: unknown, operation: string): Fault {
  if (error instanceof Fault) return error;
  const what = `Neo4j (${operation})`;
  const fault = (code: "unavailable" | "internal" | "exhausted", text: string): Fault =>
    new Fault(code, `${what} ${text}`, {
      cause: error,
      reason: code === "exhausted" ? "GRAPH_SPACE" : "GRAPH_BACKEND",
    });
  if (!(error instanceof Error)) return fault("internal", "failed in an unknown way");
  const code = String((error as { code?: unknown }).code ?? "");
  const text = error.message;
  if (/no space left|disk (?:is )?full/i.test(text))
    return fault("exhausted", "has no room left: free disk space on its server");
  if (/OutOfMemory|MemoryLimit|MemoryPool/i.test(code))
    return fault("exhausted", "has too little memory for it: raise dbms.memory.transaction.total.max");
  if (/TransactionTimedOut/i.test(code) || error.name === "TimeoutError")
    return fault("unavailable", "did not answer in time: try again later");
  if (/^Neo\.ClientError\.Security\./.test(code))
    return fault("unavailable", "refused the user: check KM_NEO4J_USER and KM_NEO4J_PASSWORD, and the user's rights");
  if (/DatabaseNotFound/.test(code)) return fault("unavailable", "has no such database: check KM_NEO4J_DATABASE");
  if (/DatabaseUnavailable/.test(code)) return fault("unavailable", "starts its database: try again later");
  if (/^Neo\.TransientError\./.test(code)) return fault("unavailable", "is busy: try again later");
  if (code === "ServiceUnavailable" || code === "SessionExpired")
    return fault("unavailable", "can't be reached: check KM_NEO4J_URI and the server");
  if (/Connection(?:Acquisition)?|Pool/i.test(text) && code === "N/A")
    return fault("unavailable", "gave no connection in time: try again later");
  return fault("internal", "failed");
}
