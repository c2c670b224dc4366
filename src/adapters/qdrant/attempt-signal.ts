/** A signal for one attempt, and how to let go of what it listens to. */
export interface AttemptSignal {
  readonly signal: AbortSignal;
  release(): void;
}

/**
 * Aborts when one of the signals does, or after the limit with a TimeoutError. Released by hand: signals that live
 * as long as the process would otherwise gather listeners, call by call.
 */
export function attemptSignal(limitMs: number, ...others: readonly AbortSignal[]): AttemptSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no answer within ${limitMs} ms`, "TimeoutError"));
  }, limitMs);
  const abort = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
  for (const other of others) {
    if (other.aborted) controller.abort(other.reason);
    else other.addEventListener("abort", abort);
  }
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      for (const other of others) other.removeEventListener("abort", abort);
    },
  };
}

/** The work's outcome, or the abort's reason when that comes first; the work goes on. @throws the signal's reason */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = (): void => {};
  const gone = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave);
  });
  try {
    return await Promise.race([work, gone]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
