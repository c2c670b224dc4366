import type { Timers } from "./timers.ts";

/** Answers kept back at once, of all callers: beyond, they are given at once. Each is an open stream and a timer. */
const mostHeld = 1_024;

/** Refusals that are kept back for a while. */
export class HeldRefusals {
  readonly #timers: Timers;
  readonly #mostOfOne: number;
  readonly #held = new Map<string, number>();
  #total = 0;

  /**
   * @param mostOfOne of one caller: what a connection may have open, so that whoever has one is slowed down for
   *   certain, and who has more must not take the places that slow others down
   */
  constructor(timers: Timers, mostOfOne: number) {
    this.#timers = timers;
    this.#mostOfOne = mostOfOne;
  }

  /**
   * Answers a caller after a while; in place where there is none to wait, or too many wait.
   * @returns calls it off: whether it still waited
   */
  hold(caller: string, ms: number, answer: () => void): () => boolean {
    const mine = this.#held.get(caller) ?? 0;
    if (ms <= 0 || this.#total >= mostHeld || mine >= this.#mostOfOne) {
      answer();
      return () => false;
    }
    this.#total += 1;
    this.#held.set(caller, mine + 1);
    let waits = true;
    const over = () => {
      const waited = waits;
      waits = false;
      if (!waited) return false;
      this.#total -= 1;
      const left = this.#held.get(caller)! - 1;
      if (left === 0) this.#held.delete(caller);
      else this.#held.set(caller, left);
      return true;
    };
    const cancel = this.#timers.after(ms, () => {
      over();
      answer();
    });
    return () => {
      cancel();
      return over();
    };
  }
}
