import { aborted, Fault } from "../../../domain/mod.ts";
import type { Clock } from "../../../ports/mod.ts";

/** Of a piece of work, ms: far more than a million nodes take, so that only what hangs is ended. */
const longestMs = 300_000;
/** What a caller waits for it, ms: less than the ten seconds of a call that sets no deadline, so that they hear why. */
const waitMs = 8_000;
/** When to ask again, ms. */
const againMs = 2_000;
/** Answers kept, those asked for last. */
const mostKept = 16;

/**
 * Work whose answer never changes, done once for all who ask. It goes on when a caller gives up: on a database that
 * has just started it takes longer than a call may, and who asks again would else begin it again and again.
 */
export class SharedWork {
  readonly #clock: Clock;
  readonly #begun = new Map<string, Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws Fault `unavailable` with reason BEING_MADE when it takes long; what it throws, it throws once. */
  async of<T>(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw aborted(signal);
    const begun = (this.#begun.get(key) as Promise<T> | undefined) ?? this.#begin(key, work);
    this.#begun.delete(key);
    this.#begun.set(key, begun);
    if (this.#begun.size > mostKept) this.#begun.delete(this.#begun.keys().next().value!);
    const waiting = new AbortController();
    const late = this.#clock.sleep(waitMs, AbortSignal.any([signal, waiting.signal])).then(() => {
      throw new Fault("unavailable", "the lifecycle report is being made: ask again in a few seconds", {
        reason: "BEING_MADE",
        retryAfterMs: againMs,
      });
    });
    try {
      return await Promise.race([begun, late]);
    } finally {
      waiting.abort();
      late.catch(() => {});
    }
  }

  #begin<T>(key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const begun = work(AbortSignal.timeout(longestMs));
    // A failure may pass: the next one to ask tries again.
    begun.catch(() => {
      if (this.#begun.get(key) === begun) this.#begun.delete(key);
    });
    return begun;
  }
}
