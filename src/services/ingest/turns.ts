import { aborted } from "../../domain/mod.ts";

/** At most so many at once; the others wait their turn in the order they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #told: (waiting: number) => void;
  #free: number;

  /** `told` hears how many wait, now and whenever that changes. */
  constructor(atOnce: number, told: (waiting: number) => void) {
    this.#free = atOnce;
    this.#told = told;
    told(0);
  }

  /** @throws Fault of the abort while it waits. */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
      this.#told(this.#waiting.length);
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        const at = this.#waiting.indexOf(turn);
        if (at >= 0) this.#waiting.splice(at, 1);
        this.#told(this.#waiting.length);
        reject(aborted(signal));
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(turn);
      this.#told(this.#waiting.length);
    });
  }
}
