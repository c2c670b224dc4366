import { throwIfAborted } from "../../../domain/mod.ts";

/** Lets work through in the order it came while no more than `limit` units are under way; one item always fits. */
export class WriteGate {
  readonly #limit: number;
  #under = 0;
  #last: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `start` is called in turn, once there is room; the room is given back when what it returns settles. */
  async pass<T>(units: number, signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#room(units));
    this.#last = turn;
    await turn;
    this.#under += units;
    try {
      if (signal !== undefined) throwIfAborted(signal);
      return await start();
    } finally {
      this.#under -= units;
      this.#wake();
    }
  }

  async #room(units: number): Promise<void> {
    while (this.#under > 0 && this.#under + units > this.#limit)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }
}
