import type { Clock } from "../../../ports/mod.ts";

/**
 * Lets `perMinute` requests through a minute, `burst` of them at once after a rest. Whoever asks takes a place in the
 * queue by taking the bucket below zero, so that waits are served in order without a list.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #clock: Pick<Clock, "now" | "sleep">;
  #tokens: number;
  #filledAt: number;
  /** Nobody passes before: what a server's Retry-After asks of all requests, Unix ms. */
  #closedUntil = 0;

  /** @param perMinute 0 for no limit of our own */
  constructor(perMinute: number, burst: number, clock: Pick<Clock, "now" | "sleep">) {
    this.#perMs = perMinute > 0 ? perMinute / 60_000 : Number.POSITIVE_INFINITY;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /** Waits for a turn. @throws Fault of the signal's abort; the turn is then given back. */
  async take(signal: AbortSignal): Promise<void> {
    this.#fill();
    this.#tokens -= 1;
    try {
      // A pause may be made longer while one waits in it.
      for (let wait = this.#wait(); wait > 0; wait = this.#closedUntil - this.#clock.now()) {
        await this.#clock.sleep(wait, signal);
      }
    } catch (error) {
      this.#tokens += 1;
      throw error;
    }
  }

  /** Holds all requests back for `ms`. */
  pause(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.now() + ms);
  }

  #wait(): number {
    const turn = this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
    return Math.max(turn, this.#closedUntil - this.#clock.now());
  }

  #fill(): void {
    const now = this.#clock.now();
    const earned = this.#perMs === Number.POSITIVE_INFINITY ? this.#burst : (now - this.#filledAt) * this.#perMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, earned));
    this.#filledAt = now;
  }
}
