import { aborted, throwIfAborted } from "../../domain/mod.ts";

interface Waiting {
  readonly start: () => void;
}

/**
 * Whose work a store that does little at once takes next: of the callers who wait, the one with the least under way,
 * and among those the one who has waited longest for a turn. So a caller with thirty questions at once holds another
 * with one up for a turn, not for thirty.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #told: (waiting: number) => void;
  #running = 0;
  #waits = 0;
  /** By caller, whoever has any. */
  readonly #under = new Map<string, number>();
  /** By caller, in the order of their last turns. */
  readonly #waiting = new Map<string, Set<Waiting>>();

  /**
   * @param atOnce how much may be under way
   * @param told hears how much waits, now and whenever that changes
   */
  constructor(atOnce: number, told: (waiting: number) => void = () => {}) {
    this.#atOnce = atOnce;
    this.#told = told;
    told(0);
  }

  /** Work that waits is left out at the abort, with its Fault; what has begun is waited for. */
  async run<T>(caller: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    if (this.#running < this.#atOnce) this.#begin(caller);
    else await this.#turn(caller, signal);
    try {
      return await work();
    } finally {
      this.#end(caller);
    }
  }

  #turn(caller: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#waiting.get(caller) ?? new Set();
      const leave = () => {
        queue.delete(one);
        if (queue.size === 0) this.#waiting.delete(caller);
        this.#wait(-1);
        reject(aborted(signal));
      };
      const one: Waiting = {
        start: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      queue.add(one);
      this.#waiting.set(caller, queue);
      this.#wait(1);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #wait(by: number): void {
    this.#waits += by;
    this.#told(this.#waits);
  }

  #begin(caller: string): void {
    this.#running += 1;
    this.#under.set(caller, (this.#under.get(caller) ?? 0) + 1);
  }

  #end(caller: string): void {
    this.#running -= 1;
    const left = (this.#under.get(caller) ?? 1) - 1;
    if (left === 0) this.#under.delete(caller);
    else this.#under.set(caller, left);
    this.#next();
  }

  #next(): void {
    let chosen: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const caller of this.#waiting.keys()) {
      const under = this.#under.get(caller) ?? 0;
      if (under < least) [chosen, least] = [caller, under];
    }
    if (chosen === undefined) return;
    const queue = this.#waiting.get(chosen) as Set<Waiting>;
    const [one] = queue;
    if (one === undefined) return;
    queue.delete(one);
    this.#waiting.delete(chosen);
    if (queue.size > 0) this.#waiting.set(chosen, queue);
    this.#wait(-1);
    this.#begin(chosen);
    one.start();
  }
}
