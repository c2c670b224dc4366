import { Fault } from "../../domain/mod.ts";

/** A failed exchange as what the caller is told, and whether asking again may help. */
export interface Failure {
  readonly fault: Fault;
  readonly retry: boolean;
}

/** Answers that a server gives while it starts, is busy or loses its leader. */
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** The error of an attempt. `late`: the attempt's own time limit ended it, ms. */
export function failureOf(error: unknown, operation: string, late: number): Failure {
  const what = `Qdrant (${operation})`;
  const fault = (code: "unavailable" | "internal" | "exhausted", text: string, retryAfterMs?: number): Fault =>
    new Fault(code, `${what} ${text}`, {
      cause: error,
      reason: code === "exhausted" ? "DISK_SPACE" : "INDEX_BACKEND",
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  if (!(error instanceof Error)) return { fault: fault("internal", "failed in an unknown way"), retry: false };
  if (error.name === "TimeoutError" || error.name === "AbortError") {
    return { fault: fault("unavailable", `did not answer within ${late} ms`), retry: true };
  }
  if (error.name === "QdrantClientResourceExhaustedError") {
    const seconds = Number((error as { retry_after?: unknown }).retry_after);
    // The client (1.18.0, its middleware for 429) keeps only the first character of the header: "30" comes as 3. Waits
    // grow from it, and a test tells when that is mended.
    const after = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
    return { fault: fault("unavailable", "is asked too often: try again later", after), retry: true };
  }
  // What the client makes of a Retry-After that is a date.
  if (error.message.startsWith("Invalid retryAfter")) {
    return { fault: fault("unavailable", "is asked too often: try again later"), retry: true };
  }
  const status = (error as { status?: unknown }).status;
  if (typeof status === "number") return byStatus(status, said(error), fault);
  if (error instanceof SyntaxError || error.name === "QdrantClientUnexpectedResponseError") {
    return { fault: fault("internal", "answered what Qdrant does not: check KM_QDRANT_URL"), retry: false };
  }
  if (error instanceof TypeError) {
    return { fault: fault("unavailable", "can't be reached: check KM_QDRANT_URL and the server"), retry: true };
  }
  return { fault: fault("internal", "failed"), retry: false };
}

function byStatus(
  status: number,
  text: string,
  fault: (code: "unavailable" | "internal" | "exhausted", text: string) => Fault,
): Failure {
  if (status === 401 || status === 403) {
    return { fault: fault("unavailable", "refused the API key: check KM_QDRANT_API_KEY"), retry: false };
  }
  if (status === 507 || /no space left|out of disk|disk (?:is )?full/i.test(text)) {
    return { fault: fault("exhausted", "has no room left: free disk space on its server"), retry: false };
  }
  if (passing.has(status)) return { fault: fault("unavailable", `answered ${status}: try again later`), retry: true };
  if (status === 404) {
    return { fault: fault("internal", "lacks a collection: restore it, or run a full ingest"), retry: false };
  }
  return { fault: fault("internal", `answered ${status}`), retry: false };
}

/** What the server said, for telling cases apart; never shown. */
function said(error: Error): string {
  const { data } = error as { data?: unknown };
  const status = (data as { status?: { error?: unknown } } | undefined)?.status;
  return typeof status === "object" && typeof status.error === "string" ? status.error : "";
}

/** An answer of the right status with the wrong content. */
export function malformed(operation: string): Fault {
  return new Fault("internal", `Qdrant (${operation}) answered what Qdrant does not: check KM_QDRANT_URL`, {
    reason: "INDEX_BACKEND",
  });
}
