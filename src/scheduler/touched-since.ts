import type { Touched } from "../ports/mod.ts";

/** More paths than this and a look at everything costs less than one at each. */
const mostPaths = 1_000;

/** What was touched since the last run began. */
export class TouchedSince {
  #paths: Set<string> | "anything" = new Set();

  constructor(touched: Touched = []) {
    this.add(touched);
  }

  add(touched: Touched): void {
    if (this.#paths === "anything") return;
    if (touched === "anything") this.#paths = "anything";
    else for (const path of touched) this.#paths.add(path);
    if (this.#paths !== "anything" && this.#paths.size > mostPaths) this.#paths = "anything";
  }

  told(): Touched {
    return this.#paths === "anything" ? "anything" : [...this.#paths];
  }
}
