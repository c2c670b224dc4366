import type { Meter } from "../../ports/mod.ts";

/** How many files the runs of this process have planned and not yet stored, as the metrics show it. */
export class FilesWaiting {
  readonly #meter: Meter;
  #waiting = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
    this.#move(0);
  }

  /** Files of a run: `done` takes one off, `leave` what is left of them, however the run ended. */
  enter(files: number): { done(): void; leave(): void } {
    let left = files;
    this.#move(left);
    return {
      done: () => {
        left -= 1;
        this.#move(-1);
      },
      leave: () => {
        this.#move(-left);
        left = 0;
      },
    };
  }

  #move(by: number): void {
    this.#waiting += by;
    this.#meter.set("km_ingest_queue_depth", { queue: "files" }, this.#waiting);
  }
}
