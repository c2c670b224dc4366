import type { Timers } from "./timers.ts";

/** Answers kept back at once, of all callers: beyond, they are given at once. Each is an open stream and a timer. */
const mostHeld = 1_024;

/** Refusals that are kept back for a while. */
export class HeldRefusals {
  readonly #timers: Timers;
  #held = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Answers after a while; in place where there is none to wait, or too many wait. @returns calls it off: whether it still waited */
  hold(ms: number, answer: () => void): () => boolean {
    if (ms <= 0 || this.#held >= mostHeld) {
      answer();
      return () => false;
    }
    this.#held += 1;
    let waits = true;
    const over = () => {
      const waited = waits;
      if (waited) this.#held -= 1;
      waits = false;
      return waited;
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
