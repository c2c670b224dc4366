import type { Clock } from "../ports/mod.ts";

/** Refusals that a caller gets at once within a second: a client's calls side by side. */
export const promptRefusals = 8;
const windowMs = 1_000;
/** Callers remembered at most; all are forgotten beyond: a flood from that many is not slowed by its parts' answers. */
const mostCallers = 10_000;

/**
 * How long a refusal is kept back that its caller could ask for again at once: not before one is refused often, and
 * then until the second is over. Who waits for answers is then refused a few times a second, and not thousands.
 */
export class RefusalPace {
  readonly #clock: Pick<Clock, "now">;
  readonly #callers = new Map<string, { readonly began: number; refused: number }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Counts a refusal. @returns ms to keep it back; 0: it is given at once */
  next(caller: string): number {
    const now = this.#clock.now();
    let standing = this.#callers.get(caller);
    if (standing === undefined || now - standing.began >= windowMs || now < standing.began) {
      if (this.#callers.size >= mostCallers) this.#callers.clear();
      standing = { began: now, refused: 0 };
      this.#callers.set(caller, standing);
    }
    standing.refused += 1;
    return standing.refused > promptRefusals ? standing.began + windowMs - now : 0;
  }
}
