import { Fault } from "../domain/mod.ts";

/** A refused caller may try again soon: calls take tens of milliseconds. */
const retryAfterMs = 250;

/** Calls between their headers and their end, in all and by caller. */
export class InFlight {
  readonly #most: number;
  readonly #mostByKey: number;
  readonly #byKey = new Map<string, number>();
  #total = 0;

  constructor(most: number, mostByKey: number) {
    this.#most = most;
    this.#mostByKey = mostByKey;
  }

  get total(): number {
    return this.#total;
  }

  /** Takes a place; the returned function gives it back, however often it is called. @throws Fault exhausted. */
  enter(key: string): () => void {
    const mine = this.#byKey.get(key) ?? 0;
    if (this.#total >= this.#most) throw tooMany(`the server has its ${this.#most} calls in flight`);
    if (mine >= this.#mostByKey) throw tooMany(`you have ${this.#mostByKey} calls in flight, which is the most`);
    this.#total += 1;
    this.#byKey.set(key, mine + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#total -= 1;
      const left = (this.#byKey.get(key) ?? 1) - 1;
      if (left === 0) this.#byKey.delete(key);
      else this.#byKey.set(key, left);
    };
  }
}

function tooMany(what: string): Fault {
  return new Fault("exhausted", `${what}; wait for one to end and retry`, { reason: "TOO_MANY_CALLS", retryAfterMs });
}
