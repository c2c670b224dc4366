/** The closed set of ways a call can fail. `edge/status.ts` maps each to one gRPC status. */
export type FaultCode =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "precondition"
  | "exhausted"
  | "unavailable"
  | "deadline"
  | "cancelled"
  | "unimplemented"
  | "internal";

export interface FaultOptions {
  /** For the log, never for the caller. */
  readonly cause?: unknown;
  /** The request field that is wrong, as a proto path: `filter.path_globs`. */
  readonly field?: string;
  /** When a retry may succeed. */
  readonly retryAfterMs?: number;
  /** UPPER_SNAKE, stable: the ErrorInfo reason. Default: the code, upper-cased. */
  readonly reason?: string;
  /** Facts for machines, shown to the caller: the busy run's id, the limit that was met. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The one error class that crosses rooms. `message` is written for the caller: it says what to do and holds no
 * secret, no host path and nothing that the caller may not see.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
    this.reason = options.reason ?? code.toUpperCase().replaceAll("-", "_");
    this.metadata = options.metadata ?? {};
  }
}

export function invalid(field: string, message: string): Fault {
  return new Fault("invalid", `${field}: ${message}`, { field, reason: "INVALID_ARGUMENT" });
}

/** An aborted signal as a Fault: `deadline` when its reason is a time-out, else `cancelled`. */
export function aborted(signal: AbortSignal): Fault {
  const reason: unknown = signal.reason;
  if (reason instanceof Fault) return reason;
  const late = reason instanceof Error && reason.name === "TimeoutError";
  return late
    ? new Fault("deadline", "the deadline passed before the work was done", { cause: reason })
    : new Fault("cancelled", "the call was cancelled", { cause: reason });
}

/** @throws Fault when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal);
}
