import { Fault } from "../../../domain/mod.ts";

/** A failed exchange as what the caller is told, and whether asking again may help. */
export interface Failure {
  readonly fault: Fault;
  readonly retry: boolean;
}

/** Thrown inside an exchange, so that what may be asked again is known where the retries are. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.fault.message);
    this.failure = failure;
  }
}

/** Answers of a server that starts, is busy or loses its worker. */
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

/** @param what "the embeddings server" or "the rerank server" */
export function trouble(what: string, text: string, retry: boolean, more: { cause?: unknown; retryAfterMs?: number }) {
  const fault = new Fault("unavailable", `${what} ${text}`, { reason: "EMBEDDER_BACKEND", ...more });
  return new ExchangeError({ fault, retry });
}

/** An answer of the right status with the wrong content. */
export function malformed(what: string, text: string, retry = false): ExchangeError {
  const fault = new Fault("unavailable", `${what} ${text}`, { reason: "EMBEDDER_ANSWER" });
  return new ExchangeError({ fault, retry });
}

/** @param setting the variable that holds the key, for the remedy */
export function statusFailure(
  what: string,
  status: number,
  retryAfterMs: number | undefined,
  setting: string,
): ExchangeError {
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 401 || status === 403) {
    return trouble(what, `refused the key (${status}): check ${setting}_API_KEY`, false, {});
  }
  if (status === 404) return trouble(what, `answered 404: check ${setting}_URL and ${setting}_MODEL`, false, {});
  if (status === 413 || status === 422 || status === 400) {
    return trouble(what, `refused what it was sent (${status}): check ${setting}_MODEL and _BATCH`, false, {});
  }
  if (status === 429) return trouble(what, "is asked too often: try again later", true, after);
  return passing.has(status)
    ? trouble(what, `answered ${status}: try again later`, true, after)
    : trouble(what, `answered ${status}`, false, {});
}

/** Milliseconds that a Retry-After asks for, in seconds or as a date; undefined without one that can be read. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const date = /^[A-Za-z]{3},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
