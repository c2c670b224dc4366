import { aborted, throwIfAborted } from "../../domain/mod.ts";
import { RecentUse } from "./recent-use.ts";

interface Waiting {
  readonly start: () => void;
}

/**
 * Whose work a store that does little at once takes next: of the callers who wait, the one with the least under way,
 * and among those the one who has waited longest for a turn. So a caller with thirty questions at once holds another
 * with one up for a turn, not for thirty. Who has had much more than the others of late begins only while nothing is
 * under way: what is idle is his, one at a time, and hardly anybody's answer is later for it.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #told: (waiting: number) => void;
  readonly #now: () => number;
  readonly #use: RecentUse;
  #running = 0;
  #waits = 0;
  /** By caller, whoever has any. */
  readonly #under = new Map<string, number>();
  /** By caller, in the order of their last turns. */
  readonly #waiting = new Map<string, Set<Waiting>>();

  /**
   * @param atOnce how much may be under way
   * @param now ms
   * @param told hears how much waits, now and whenever that changes
   */
  constructor(atOnce: number, now: () => number, told: (waiting: number) => void = () => {}) {
    this.#atOnce = atOnce;
    this.#now = now;
    this.#told = told;
    this.#use = new RecentUse(now());
    told(0);
  }

  /** Work that waits is left out at the abort, with its Fault; what has begun is waited for. */
  async run<T>(caller: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    if (this.#mayBegin(caller)) this.#begin(caller);
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

  #mayBegin(caller: string): boolean {
    if (this.#running >= this.#atOnce) return false;
    return this.#running === 0 || !this.#use.isMuch(caller, this.#now());
  }

  #begin(caller: string): void {
    this.#use.add(caller, this.#now());
    this.#running += 1;
    this.#under.set(caller, (this.#under.get(caller) ?? 0) + 1);
  }

  #end(caller: string): void {
    this.#running -= 1;
    const left = (this.#under.get(caller) ?? 1) - 1;
    if (left === 0) this.#under.delete(caller);
    else this.#under.set(caller, left);
    // Several where the end of one let a caller go on who was held.
    while (this.#next());
  }

  #next(): boolean {
    let chosen: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const caller of this.#waiting.keys()) {
      const under = this.#under.get(caller) ?? 0;
      if (under < least && this.#mayBegin(caller)) [chosen, least] = [caller, under];
    }
    if (chosen === undefined) return false;
    const queue = this.#waiting.get(chosen) as Set<Waiting>;
    const [one] = queue;
    if (one === undefined) return false;
    queue.delete(one);
    this.#waiting.delete(chosen);
    if (queue.size > 0) this.#waiting.set(chosen, queue);
    this.#wait(-1);
    this.#begin(chosen);
    one.start();
    return true;
  }
}
